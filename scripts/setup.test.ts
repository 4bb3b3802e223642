import { execFile } from 'node:child_process'
import { access, chmod, cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'

const root = resolve(import.meta.dirname, '..')
/** Stands in for npm: does what a registry without one of the packages makes it do. */
const NPM_THAT_LEAVES_OUT = `#!/bin/sh
mkdir -p node_modules && echo '{"packages":{"node_modules/a":{"version":"1.0.0"}}}' > node_modules/.package-lock.json
`
let clone: string

beforeEach(async () => {
  clone = await mkdtemp(join(tmpdir(), 'golem-setup-'))
  await cp(join(root, 'scripts'), join(clone, 'scripts'), { recursive: true })
  await file('package.json', '{}')
  await lock({ a: {} })
  await installed({ a: {} })
  await program('node', `#!/bin/sh\nexec '${process.execPath}' "$@"\n`)
  await program('blender')
  await program('chromium')
  await program('Xvfb')
  await program('dbus-daemon')
  await program('runc')
})
afterEach(() => rm(clone, { recursive: true, force: true }))

test('says nothing when asked to be quiet and all is there', async () => {
  expect(await setup('--quiet')).toEqual({ code: 0, stdout: '', stderr: '' })
})

test('a set-up that is complete asks nobody: neither npm nor a package manager is started', async () => {
  for (const name of ['npm', 'npx', 'node', 'apt-get', 'sudo'])
    await program(name, `#!/bin/sh\ntouch '${join(clone, 'asked')}'\n`)
  expect((await setup()).stderr).toBe('Everything is set up.\n')
  await expect(access(join(clone, 'asked'))).rejects.toThrow()
})

test('a package that npm left out is named, in one sentence and without a stack', async () => {
  await lock({ a: {}, b: { optional: true, os: [process.platform], cpu: [process.arch] } })
  await program('npm', NPM_THAT_LEAVES_OUT)
  const { code, stderr } = await setup()
  expect(code).toBe(1)
  expect(stderr).toContain('npm left out b.')
  expect(stderr).not.toContain('    at ')
})

test('a failure of npm is shown with what npm said', async () => {
  await lock({ a: {}, b: {} })
  await program('npm', '#!/bin/sh\necho no such registry >&2\nexit 1\n')
  const { code, stderr } = await setup()
  expect(code).toBe(1)
  expect(stderr).toMatch(/no such registry\nnpm ci failed/)
})

test('npm is told to speak, though the repository silences it', async () => {
  await lock({ a: {}, b: {} })
  await program('npm', '#!/bin/sh\necho "loglevel $npm_config_loglevel" >&2\nexit 1\n')
  expect((await setup()).stderr).toContain('loglevel notice\n')
})

test('under a Node that runs no TypeScript the packages are installed by a Node from npm', async () => {
  await lock({ a: {}, b: {} })
  await file(
    'package.json',
    JSON.stringify({ optionalDependencies: { [`node-${process.platform}-${process.arch}`]: '24.21.0' } }),
  )
  await program('node', '#!/bin/sh\necho v20.20.2\n')
  await program('npx', '#!/bin/sh\necho "$@" >&2\nexit 1\n')
  expect((await setup()).stderr).toContain(`-y -p node-${process.platform}-${process.arch}@24.21.0 -c npm ci`)
})

test('where npm has no Node for the platform, the version and its home are named', async () => {
  await lock({ a: {}, b: {} })
  await program('node', '#!/bin/sh\necho v20.20.2\n')
  const { code, stderr } = await setup()
  expect(code).toBe(1)
  expect(stderr).toContain('Node 24.12 or newer, this machine has 20.20.2')
})

test('a damaged lock file is named with its remedy', async () => {
  await file('package-lock.json', '{')
  expect(await setup()).toMatchObject({ code: 1, stderr: expect.stringContaining('git checkout package-lock.json') })
})

async function setup(...args: string[]): Promise<{ code: unknown; stdout: string; stderr: string }> {
  // Real programs of this machine stay out of reach: nothing here may install anything.
  const env = { PATH: `${join(clone, 'bin')}:/usr/bin:/bin`, HOME: join(clone, 'home') }
  return await new Promise((resolved) => {
    execFile(process.execPath, [join(clone, 'scripts/setup.mjs'), ...args], { env }, (error, stdout, stderr) => {
      resolved({ code: error?.code ?? 0, stdout, stderr })
    })
  })
}

const file = async (path: string, text: string) => {
  await mkdir(dirname(join(clone, path)), { recursive: true })
  await writeFile(join(clone, path), text)
}
const program = async (name: string, text = '#!/bin/sh\n') => {
  await file(`bin/${name}`, text)
  await chmod(join(clone, 'bin', name), 0o755)
}
const packages = (entries: Record<string, object>) =>
  JSON.stringify({
    packages: Object.fromEntries(
      Object.entries(entries).map(([name, entry]) => [`node_modules/${name}`, { version: '1.0.0', ...entry }]),
    ),
  })
const lock = (entries: Record<string, object>) => file('package-lock.json', packages(entries))
const installed = (entries: Record<string, object>) => file('node_modules/.package-lock.json', packages(entries))
