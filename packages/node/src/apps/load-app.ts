import { access, realpath, stat } from 'node:fs/promises'
import { delimiter, isAbsolute, join, resolve } from 'node:path'
import type { App, Sandbox, Storage, Store } from '@golem/ports'
import {
  type Address,
  type AppDescription,
  canonicalJson,
  estimated,
  GolemError,
  inputFile,
  inspected,
  limits,
  type Manifest,
  madeFiles,
  manifest as manifestSchema,
  plan,
  verdict,
} from '@golem/protocol'
import { z } from 'zod'
import type { AppHost } from './app-host.ts'
import { INSTALL_ROOT } from './discover-apps.ts'

/** Applications that came with the installation have no author to pay. */
const NOBODY = `0x${'0'.repeat(40)}` as Address
const PROBE_TIMEOUT_MS = 60_000
const HOST_HOME = '/golem/'

export type LoadedApp = App & { readonly calibrate: AppDescription['calibrate']; stop(): Promise<void> }

type Components = { host: AppHost; sandbox: Sandbox; storage: Storage; store: Store }

const parsed = z.object({ parameters: z.json(), inputs: z.array(inputFile).min(1) })

/**
 * An application as the daemon uses it: its manifest with the exact tool versions of this machine, and its functions,
 * whose answers are checked.
 *
 * @throws {GolemError} `TOOL_MISSING`
 */
export async function loadApp({ host, sandbox, storage, store }: Components): Promise<LoadedApp> {
  const { description } = host
  const codePath = onHost(description.code)
  const tools: Record<string, string> = {}
  for (const [name, probe] of Object.entries(description.tools)) {
    tools[name] = await toolVersion({ sandbox, store }, name, probe, description)
  }
  const manifest: Manifest = manifestSchema.parse({
    format: 'golem-manifest/1',
    name: description.name,
    version: description.version,
    author: NOBODY,
    royaltyBps: 0,
    runtime: { kind: 'oci', root: 'host-tools', tools },
    command: description.command,
    code: (await storage.addPath(codePath)).cid,
    mode: 'serve',
    network: 'none',
    limits: description.limits,
  })
  const { cid: manifestCid } = await storage.addBytes(new TextEncoder().encode(canonicalJson(manifest)))
  await storage.pin(manifest.code, `app/${description.name}`)
  const [toolName, toolText] = Object.entries(tools)[0] ?? [description.name, description.version]
  return {
    name: description.name,
    title: `${toolName} ${toolText}`,
    manifest,
    manifestCid,
    codePath,
    env: description.env,
    calibrate: description.calibrate,
    stop: () => host.stop(),
    parse: async (parameters) =>
      parsed.parse(await host.run('parse', { parameters }, null, null)) as Awaited<ReturnType<App['parse']>>,
    inspect: async (program, job, signal) => inspected.parse(await host.run('inspect', job, program, signal)),
    estimate: async (program, job, signal) => estimated.parse(await host.run('estimate', job, program, signal)),
    split: async (job) => plan.parse(await host.run('split', job, null, null)),
    verify: async (program, job, signal) => verdict.parse(await host.run('verify', job, program, signal)),
    merge: async (program, job, signal) => madeFiles.parse(await host.run('merge', job, program, signal)),
    finish: async (program, job, signal) => madeFiles.parse(await host.run('finish', job, program, signal)),
  }
}

/** The app host names its code as it sees it. */
const onHost = (path: string) =>
  path.startsWith(HOST_HOME) ? resolve(INSTALL_ROOT, path.slice(HOST_HOME.length)) : path

type Probe = AppDescription['tools'][string]

/** What the tool says of itself in the sandbox; asked once per binary. */
async function toolVersion(
  { sandbox, store }: Pick<Components, 'sandbox' | 'store'>,
  name: string,
  probe: Probe,
  description: AppDescription,
): Promise<string> {
  const missing = (cause?: unknown) =>
    new GolemError({
      code: 'TOOL_MISSING',
      message: `${description.name} needs ${name}, which does not run here.`,
      remedy: `Install it: sudo apt-get install ${probe.apt}.`,
      cause,
    })
  const binary = await find(probe.command[0] ?? '')
  if (!binary) throw missing()
  const { mtimeMs, size } = await stat(binary)
  const key = `tool/${binary}/${mtimeMs}/${size}`
  const known = store.get(key)
  if (known !== null) return known
  const process = await sandbox.start({
    name: `probe-${name.toLowerCase()}`,
    argv: probe.command,
    env: description.env,
    mounts: [],
    limits: limits.parse(description.limits),
  })
  const timer = setTimeout(() => void process.kill(), PROBE_TIMEOUT_MS)
  const { logTail } = await process.exited.finally(() => clearTimeout(timer))
  const version = new RegExp(probe.pattern).exec(logTail)?.[1]
  if (version === undefined) throw missing(new Error(logTail))
  store.commit([{ put: key, value: version }])
  return version
}

async function find(command: string): Promise<string | null> {
  const candidates = isAbsolute(command)
    ? [command]
    : (process.env.PATH ?? '').split(delimiter).map((folder) => join(folder, command))
  for (const candidate of candidates) {
    const there = await access(candidate).then(
      () => true,
      () => false,
    )
    if (there) return realpath(candidate)
  }
  return null
}
