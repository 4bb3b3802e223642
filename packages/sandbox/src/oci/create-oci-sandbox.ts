import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Sandbox, SandboxSpec, StartOptions, Storage } from '@golem/ports'
import { GolemError } from '@golem/protocol'
import { collect } from '../collect.ts'
import { decline } from './decline.ts'
import { doctor } from './doctor.ts'
import { findProgram, pickRuntime, type RuntimeChoice } from './find-runtime.ts'
import { createImageStore, type ImageStore } from './images/image-store.ts'
import { unpackImage } from './images/unpack-image.ts'
import { type OutboundComponents, realOutbound } from './outbound/outbound-proxy.ts'
import { probe } from './probe.ts'
import { createRootFilesystem } from './root-filesystem.ts'
import type { Runtime } from './runtime.ts'
import { RUNTIME_KINDS } from './runtime-kinds.ts'
import { sharedAccount } from './shared-account.ts'
import { startRun } from './start-run.ts'
import { sweep } from './sweep.ts'
import type { Run } from './watch-run.ts'

export type OciSandboxComponents = {
  /** Structured; pino fits. */
  logger?: { info(fields: object, message: string): void }
  /** Where images come from, by CID; without it none is run. */
  content?: Pick<Storage, 'materialise'>
  /** How hosts are found and dialled that programs were granted. Default: as this machine does. */
  outbound?: OutboundComponents
}

export type OciSandboxOptions = {
  /** A folder of this sandbox's own. Several daemons may share one. */
  stateDir: string
  /** `auto` takes the safest that works here, and of equals the faster. Else a name on PATH, or a path. */
  runtime: RuntimeChoice
  /** What all programs together may hold on the disk; asked at each look. Default: no bound but each one's own. */
  allDiskBytes?: () => number
  /** What unpacked images may take. Default: 20 GiB. */
  imageBytes?: number
  /** What all programs that are lent out may hold of memory together; asked at each look. Default: no bound. */
  allMemoryBytes?: () => number
}

/**
 * Runs programs in bundles of the OCI runtime specification, with the host's own tools read-only inside.
 *
 * Linux only. As root every run gets ids of its own; as an ordinary user it has that user's id and nothing else of him.
 *
 * @throws {GolemError} `SANDBOX_UNAVAILABLE` with what to install, and in `data.checks` all that was looked at
 * @example
 * const sandbox = await createOciSandbox({}, { stateDir: '/var/lib/golem/sandbox', runtime: 'auto' })
 * const process = await sandbox.start({ name: 'hello', argv: ['python3', '/app/serve.py'], env: {}, mounts, limits })
 * await process.send('{"id":1,"method":"hello","params":{}}')
 * for await (const line of process.lines) console.log(line)
 */
export async function createOciSandbox(
  { logger, content, outbound = realOutbound }: OciSandboxComponents,
  {
    stateDir,
    runtime: choice,
    allDiskBytes = unbounded,
    allMemoryBytes = unbounded,
    imageBytes = 20 * 1024 ** 3,
  }: OciSandboxOptions,
): Promise<Sandbox> {
  const runsPath = join(stateDir, 'runs')
  await mkdir(runsPath, { recursive: true, mode: 0o700 })
  const swept = await sweep(runsPath)
  if (swept.length > 0) logger?.info({ runs: swept }, 'Removed what a killed daemon left of its sandboxes')
  const rootsPath = join(stateDir, 'roots')
  await mkdir(rootsPath, { recursive: true, mode: 0o700 })
  const filesystem = await createRootFilesystem(rootsPath)
  const disk = sharedAccount(allDiskBytes)
  const memory = sharedAccount(allMemoryBytes)
  let images: ImageStore | null = null
  const starter =
    (runtime: Runtime) =>
    (spec: SandboxSpec, options?: StartOptions): Promise<Run> =>
      startRun({ runtime, filesystem, images, outbound, runsPath, disk, memory }, spec, options)
  const runtime = await pickRuntime(choice, join(stateDir, 'runtime.json'), (one) => probe(starter(one))).catch(
    async (error: unknown) => {
      if (!(error instanceof GolemError)) throw error
      const { code, message, remedy, data } = error
      const checks = await doctor(starter, null)
      throw new GolemError({ code, message, ...(remedy === undefined ? {} : { remedy }), data: { ...data, checks } })
    },
  )
  logger?.info({ runtime: runtime.name, user: runtime.user, bounded: runtime.hierarchy !== null }, 'Sandbox ready')
  const start = starter(runtime)
  if (content !== undefined && (await findProgram('umoci')) !== null) {
    const unpack = (layout: string, target: string, signal?: AbortSignal): Promise<void> =>
      unpackImage(start, { layout, target, maxBytes: imageBytes }, signal)
    images = await createImageStore({ content, unpack }, { path: join(stateDir, 'images'), maxBytes: imageBytes })
  }
  const canReachOut = RUNTIME_KINDS[runtime.kind].sharesNetwork && (await findProgram('ip')) !== null
  const declined = (needs: Pick<SandboxSpec, 'runtime' | 'outbound'>) =>
    decline(needs, { canUnpack: images !== null, canReachOut })
  const runs = new Set<Run>()
  let endedCpuMs = 0
  let isStopped = false

  return {
    doctor: () => doctor(starter, runtime),
    decline: declined,
    start: async (spec, options) => {
      if (isStopped) throw new Error('The sandbox was stopped.')
      const reason = declined(spec)
      if (reason !== null) throw reason
      const run = await start(spec, options)
      runs.add(run)
      void run.exited.then(({ usage }) => {
        runs.delete(run)
        endedCpuMs += usage.cpuMs
      })
      if (isStopped) await run.kill()
      return run
    },
    collect,
    cpuMs: async () => {
      // Taken before the wait: what ends meanwhile is counted once.
      const before = endedCpuMs
      const used = await Promise.all([...runs].map((run) => run.cpuMs()))
      return used.reduce((sum, ms) => sum + ms, before)
    },
    stop: async () => {
      isStopped = true
      await Promise.all([...runs].map((run) => run.kill()))
    },
  }
}

const unbounded = (): number => Number.POSITIVE_INFINITY
