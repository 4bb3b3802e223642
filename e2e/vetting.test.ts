import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import type { RegistryView, VettingView } from '@golem/api'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Grid, startGrid } from './src/index.ts'

const SANDBOX = resolve(import.meta.dirname, '../packages/sandbox')

let grid: Grid
/** Of Blender. */
let report: string
beforeAll(async () => {
  grid = await startGrid({ providers: 0 })
})
afterAll(() => grid?.stop())

const LIMITS = {
  ...{ memoryBytes: 512 * 1024 ** 2, pids: 64, cores: 1, wallMs: 120_000, diskBytes: 64 * 1024 ** 2 },
  ...{ outputBytes: 1024 ** 2, outputFiles: 8, fileBytes: 1024 ** 2, logBytes: 1024 ** 2 },
}

/** Publishes nothing: the CID of its manifest is all that there is of it. */
async function manifestOf(name: string, more: object): Promise<string> {
  const manifest = {
    ...{ format: 'golem-manifest/2', name, version: '1', author: `0x${'0'.repeat(40)}`, royaltyBps: 0 },
    ...{
      command: [],
      env: {},
      code: null,
      mode: 'serve',
      network: 'none',
      gpu: false,
      limits: LIMITS,
      calibrate: null,
    },
    ...more,
  }
  const file = join(grid.folder, `${name}.json`)
  await writeFile(file, JSON.stringify(manifest))
  return (await grid.requestor.client.addData({ path: file, pin: true })).cid
}
const vetted = async (...args: string[]) => {
  const run = await grid.requestor.golem(['audit', 'vet', ...args, '--json'])
  expect(run.stderr).toBe('')
  return { code: run.code, view: JSON.parse(run.stdout) as VettingView }
}
const requestFile = async (request: object): Promise<string> => {
  const file = join(grid.folder, `request-${Math.random()}.json`)
  await writeFile(file, JSON.stringify(request))
  return file
}

/** Answers as it should, and tries every way out on the side. */
const HOSTILE = `
import json, os, subprocess, sys
os.write(3, b'{"ready":{}}\\n')
for line in sys.stdin:
    subprocess.run(['/bin/sh', '-c', 'exec 3>/dev/null python3 /app/attacks.py'])
    os.write(3, json.dumps({'id': json.loads(line)['id'], 'result': {'hash': '00' * 32}}).encode() + b'\\n')
`

test('an application that computes gets a report that says so', { timeout: 180_000 }, async () => {
  const { code, view } = await vetted('blender')
  report = view.report
  expect(view.requests).toEqual([{ method: 'calibrate', outcome: 'answered' }])
  expect(view.suspicions).toEqual([])
  // A library asks for how memory is laid out, of which programs in a sandbox are told nothing.
  expect(view.attempts.filter(({ kind }) => kind !== 'read' && kind !== 'network')).toMatchObject([
    { kind: 'call', what: 'get_mempolicy', allowed: 0 },
  ])
  expect(view).toMatchObject({ began: 'ready', limit: null, untold: 0, malware: null })
  expect(view.processes.started).toBeGreaterThan(1)
  expect(view.bytesRead).toBeGreaterThan(100_000)
  expect(code).toBe(0)
})

test('one that nobody has installed is run by its manifest, and all that it tries is told', {
  timeout: 180_000,
}, async () => {
  const folder = join(grid.folder, 'hostile')
  await mkdir(folder)
  await writeFile(join(folder, 'serve.py'), HOSTILE)
  await copyFile(join(SANDBOX, 'escape/attacks.py'), join(folder, 'attacks.py'))
  const { cid: code } = await grid.requestor.client.addData({ path: folder, pin: true })
  const env = {
    ...{ MARK: 'mark', HOST_FILE: '/root/.ssh/id_rsa', OTHER_FILE: '/home/other', HOST_PID: '99999' },
    ...{ HOST_PORT: '4321', HOST_PORT6: '4322', HOST_ABSTRACT: 'prey', HOST_SOCKET: '/run/docker.sock' },
    ...{ HOST_NAME: 'host', IN: '/in', OUT: '/out', RO_MOUNT: '/in' },
  }
  const manifest = await manifestOf('hostile', {
    ...{ runtime: { kind: 'oci', root: 'host-tools', tools: {} }, command: ['python3', '/app/serve.py'], code, env },
    calibrate: { method: 'calibrate', params: {} },
  })
  const { code: exitCode, view } = await vetted(manifest)
  expect(view.requests).toEqual([{ method: 'calibrate', outcome: 'answered' }])
  const found = view.suspicions.map(({ kind, what }) => `${kind} ${what}`)
  expect(found).toEqual(
    expect.arrayContaining([
      ...[
        'network 127.0.0.1:4321',
        'network socket AF_VSOCK SOCK_STREAM|SOCK_CLOEXEC',
        'escape mount',
        'escape ptrace',
      ],
      ...['escape bpf', 'escape keyctl', 'escape unshare(CLONE_NEWUSER)', 'escape local socket /run/docker.sock'],
      ...['files /root/.ssh/id_rsa', 'files /proc/kcore', 'machine /proc/sys/kernel/core_pattern', 'machine /dev/mem'],
    ]),
  )
  expect(exitCode).toBe(1)

  // Others read the same report, and their own judgement follows from it.
  const shown = await grid.requestor.golem(['audit', 'report', view.report])
  expect(shown.stdout).toContain('Suspicious, for what it asks for:')
  expect(shown.stdout).toContain(`golem registry denounce … --reason ${view.report}`)
})

test('a module is told of by what it asks of WASI', { timeout: 120_000 }, async () => {
  const moduleOf = async (name: string) =>
    (await grid.requestor.client.addData({ path: join(SANDBOX, 'test/wasm/modules', `${name}.wasm`), pin: true })).cid
  const runtime = (module: string) => ({ runtime: { kind: 'wasm', module, interface: 'command' } })
  const echo = await manifestOf('echo', runtime(await moduleOf('probe')))
  const asked = await requestFile({ method: 'run', params: { args: ['stdin'], stdin: 'hello' } })
  const honest = await vetted(echo, '--request', asked)
  expect(honest.view).toMatchObject({
    began: 'ready',
    requests: [{ outcome: 'answered' }],
    attempts: [],
    suspicions: [],
  })
  expect(honest.code).toBe(0)

  const reach = await manifestOf('reach', runtime(await moduleOf('reach')))
  const args = [
    ['read', '/etc/shadow'],
    ['by-link', '/etc/passwd'],
    ['write', '/root/x'],
  ]
  const file = await requestFile(args.map((each) => ({ method: 'run', params: { args: each } })))
  const hostile = await vetted(reach, '--request', file)
  expect(hostile.view.suspicions).toEqual([
    { kind: 'files', what: 'etc/shadow' },
    { kind: 'machine', what: 'root/x' },
    { kind: 'escape', what: 'path_symlink /etc/passwd' },
  ])
  expect(hostile.code).toBe(1)

  const nothing = await grid.requestor.golem(['audit', 'vet', echo])
  expect(nothing.stderr).toContain('has no calibration')
  expect(nothing.code).toBe(1)
})

test('a statement in the registry can name the report, and whoever has it sees what it says', {
  timeout: 180_000,
}, async () => {
  const { golem } = grid.requestor
  const view = await grid.requestor.client.vetting(report)
  for (const args of [
    ['registry', 'publish', 'blender', '--yes'],
    ['registry', 'certify', 'blender', '--reason', view.report, '--yes'],
  ])
    expect(await golem(args)).toMatchObject({ code: 0 })
  const registry = await grid.requestor.json<RegistryView>(['registry', 'show', 'blender'])
  const [application] = registry.applications
  expect(application?.statements).toMatchObject([
    { verdict: 'certified', reason: view.report, vetting: { auditor: view.auditor, suspicions: 0 } },
  ])
  expect((await golem(['registry', 'show', 'blender'])).stdout).toContain('nothing suspicious')
  // By its id, as somebody sees it who does not have it.
  expect((await vetted(application?.id ?? '')).view.manifest).toBe(view.manifest)
})

test('a report that its auditor did not sign is none', async () => {
  const file = join(grid.folder, 'report.json')
  await grid.requestor.client.writeData(report, { path: file, from: [] })
  const text = await readFile(file, 'utf8')
  await writeFile(file, text.replace('"untold":0', '"untold":7'))
  const { cid } = await grid.requestor.client.addData({ path: file, pin: true })
  const shown = await grid.requestor.golem(['audit', 'report', cid])
  expect(shown.stderr).toContain('did not sign it')
}, 120_000)
