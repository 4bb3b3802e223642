import { resolve } from 'node:path'
import type { App, SandboxRuntime, Storage } from '@golem/ports'
import {
  type Address,
  type AppDescription,
  answerFaults,
  canonicalJson,
  digested,
  estimated,
  GolemError,
  inputFile,
  inspected,
  type Json,
  type Manifest,
  madeFile,
  madeFiles,
  manifest as manifestSchema,
  plan,
  verdict,
} from '@golem/protocol'
import { type LaunchComponents, launchProgram, type RunningProgram } from '@golem/roles'
import { z } from 'zod'
import type { AppHost } from './app-host.ts'
import { INSTALL_ROOT } from './discover-apps.ts'

/** Applications that came with the installation have no author to pay. */
const NOBODY = `0x${'0'.repeat(40)}` as Address
const HOST_HOME = '/golem/'

export type LoadedApp = App & {
  /** Its program, empty: whoever needs one first takes it. A module's or an image's is started when it is needed. */
  readonly started: RunningProgram | null
}

type Components = LaunchComponents & { host: AppHost; storage: Storage }

const parsed = z.object({ parameters: z.json(), inputs: z.array(inputFile).min(1) })

/**
 * An application as the daemon uses it: its manifest with the exact tool versions of this machine, and its functions,
 * whose answers are checked.
 *
 * @throws {GolemError} `TOOL_MISSING`
 */
export async function loadApp(components: Components): Promise<LoadedApp> {
  const { host, storage } = components
  const { description } = host
  const codePath = description.code === null ? null : onHost(description.code)
  const code = codePath === null ? null : (await storage.addPath(codePath)).cid
  if (code !== null) await storage.pin(code, `app/${description.name}`)
  const runtime = await runtimeOf(description, storage)
  const { started, tools } =
    runtime.kind === 'wasm' || runtime.root === 'image'
      ? { started: null, tools: {} }
      : await startProgram(components, description, { codePath, runtime })
  const manifest: Manifest = manifestSchema.parse({
    format: 'golem-manifest/2',
    name: description.name,
    version: description.version,
    author: NOBODY,
    royaltyBps: 0,
    runtime: runtime.kind === 'oci' && runtime.root === 'host-tools' ? { ...runtime, tools } : runtime,
    command: description.command,
    env: description.env,
    code,
    mode: 'serve',
    network: description.outbound.length === 0 ? 'none' : { outbound: description.outbound },
    gpu: description.gpu,
    limits: description.limits,
    calibrate: description.calibrate,
  })
  const { cid: manifestCid } = await storage.addBytes(new TextEncoder().encode(canonicalJson(manifest)))
  const [toolName, toolText] = Object.entries(tools)[0] ?? [description.name, description.version]
  return {
    name: description.name,
    title: `${toolName} ${toolText}`,
    description: description.description,
    words: description.words,
    draws: description.draws,
    manifest,
    manifestCid,
    codePath,
    glimpse: description.glimpse,
    started,
    parse: async (parameters) =>
      parsed.parse(await host.run('parse', { parameters }, null, null)) as Awaited<ReturnType<App['parse']>>,
    inspect: async (program, job, signal) => inspected.parse(await host.run('inspect', job, program, signal)),
    estimate: async (program, job, signal) => estimated.parse(await host.run('estimate', job, program, signal)),
    split: async (job) => plan.parse(await host.run('split', job, null, null)),
    verify: async (program, job, signal) => verdict.parse(await host.run('verify', job, program, signal)),
    ...(description.digests
      ? {
          digest: async (...[program, job, signal]: Parameters<NonNullable<App['digest']>>) =>
            digested.parse(await host.run('digest', job, program, signal)),
        }
      : {}),
    ...(description.knowsAnswers
      ? {
          answerFaults: async (answers: Json[]) =>
            answerFaults.parse(await host.run('answerFaults', { answers }, null, null)),
        }
      : {}),
    merge: async (program, job, signal) => madeFiles.parse(await host.run('merge', job, program, signal)),
    finish: async (program, job, signal) => madeFiles.parse(await host.run('finish', job, program, signal)),
    sketch: async (program, job, signal) => madeFile.parse(await host.run('sketch', job, program, signal)),
    preview: async (program, job, signal) => madeFile.parse(await host.run('preview', job, program, signal)),
  }
}

/**
 * The versions of the host's tools that an application's program finds here.
 *
 * @throws {GolemError} `TOOL_MISSING`
 */
export async function toolsOf(
  components: LaunchComponents,
  description: AppDescription,
): Promise<Record<string, string>> {
  const { runtime } = description
  // A module or an image brings all that it needs.
  if (runtime.kind !== 'oci' || runtime.root !== 'host-tools') return {}
  const codePath = description.code === null ? null : onHost(description.code)
  const { started, tools } = await startProgram(components, description, { codePath, runtime })
  await started.kill()
  return tools
}

/** The app host names its code as it sees it. */
const onHost = (path: string) =>
  path.startsWith(HOST_HOME) ? resolve(INSTALL_ROOT, path.slice(HOST_HOME.length)) : path

/** What its program runs on, with a module of its own in the storage. */
async function runtimeOf({ name, runtime }: AppDescription, storage: Storage): Promise<SandboxRuntime> {
  if (runtime.kind !== 'wasm') return runtime
  if (runtime.module === null) return { ...runtime, module: null }
  const { cid } = await storage.addPath(onHost(runtime.module))
  await storage.pin(cid, `app/${name}/module`)
  return { ...runtime, module: cid }
}

/**
 * Starts an application's program, which tells the versions of the tools it found.
 *
 * @throws {GolemError} `TOOL_MISSING`
 */
async function startProgram(
  components: LaunchComponents,
  description: AppDescription,
  { codePath, runtime }: { codePath: string | null; runtime: SandboxRuntime },
): Promise<{ started: RunningProgram; tools: Record<string, string> }> {
  const missing = (cause: unknown) =>
    new GolemError({
      code: 'TOOL_MISSING',
      message: `The application ${description.name} does not start here: ${cause instanceof Error ? cause.message : String(cause)}`,
      remedy: `Install what it needs: sudo apt-get install ${Object.values(description.tools)
        .map(({ apt }) => apt)
        .join(' ')}.`,
      cause,
    })
  const { command, env, outbound, limits } = description
  const source = { runtime, command, env, codePath, outbound, limits }
  const started = await launchProgram(components, source).catch((cause: unknown) => {
    throw missing(cause)
  })
  const told = z.record(z.string(), z.string()).safeParse(started.ready)
  const tools = Object.keys(description.tools).map((name) => [name, told.data?.[name]] as const)
  const untold = tools.find(([, version]) => version === undefined)
  if (untold) {
    await started.kill()
    throw missing(new Error(`its program does not tell its version of ${untold[0]}.`))
  }
  return { started, tools: Object.fromEntries(tools) as Record<string, string> }
}
