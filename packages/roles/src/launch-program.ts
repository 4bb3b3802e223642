import type { App, Folders, Sandbox, SandboxProcess, SandboxRuntime, StartOptions } from '@golem/ports'
import { type Limits, outboundOf } from '@golem/protocol'
import { hexOf } from './hex-of.ts'
import { type ServeClient, serveClient } from './serve-client.ts'

/** What is run: an application's program, as its manifest and this machine have it. */
export type ProgramSource = {
  runtime: SandboxRuntime
  command: readonly string[]
  env: Readonly<Record<string, string>>
  /** The host folder behind /app, or null for none. */
  codePath: string | null
  outbound: readonly string[]
  limits: Limits
  /** Of a program that is lent to others; the person's own has what the sandbox gives without it. */
  lent?: { priority: 'normal' | 'lowest' }
}

export const sourceOf = ({ manifest, codePath }: Pick<App, 'manifest' | 'codePath'>): ProgramSource => ({
  runtime: manifest.runtime,
  command: manifest.command,
  env: manifest.env,
  codePath,
  outbound: outboundOf(manifest),
  limits: manifest.limits,
})

/** An application's program that answers, in its sandbox, with its folders. Empty until inputs are laid. */
export type RunningProgram = {
  readonly process: SandboxProcess
  readonly client: ServeClient
  /** What it said of itself when it was ready. */
  readonly ready: unknown
  /** Host folders behind /in, /out and /deliveries. */
  readonly folders: { in: string; out: string; deliveries: string }
  /** Lets it stand still, its time limits too. */
  freeze(): Promise<void>
  thaw(): Promise<void>
  /** Ends it. Its folders stay. */
  kill(): Promise<void>
  removeFolders(): Promise<void>
}

export type LaunchComponents = {
  sandbox: Sandbox
  folders: Folders
  randomBytes: (length: number) => Uint8Array
}

/** Programs' folders, below the node's own; whoever starts the node clears what a crash left there. */
export const PROGRAM_FOLDERS = 'programs'

/** Starts a program; resolves when it is ready for its first request. */
export async function launchProgram(
  components: LaunchComponents,
  source: ProgramSource,
  options: { signal?: AbortSignal } = {},
): Promise<RunningProgram> {
  const begun = await beginProgram(components, source, options)
  try {
    return { ...begun, ready: await begun.client.ready }
  } catch (error) {
    await begun.process.kill()
    await begun.removeFolders()
    throw error
  }
}

/** Starts a program, and does not wait until it is ready. */
export async function beginProgram(
  { sandbox, folders, randomBytes }: LaunchComponents,
  source: ProgramSource,
  options: StartOptions = {},
): Promise<Omit<RunningProgram, 'ready'>> {
  const id = hexOf(randomBytes(6))
  const root = await folders.make(`${PROGRAM_FOLDERS}/${id}`)
  const hosts = {
    in: await folders.make(`${PROGRAM_FOLDERS}/${id}/in`),
    out: await folders.make(`${PROGRAM_FOLDERS}/${id}/out`),
    deliveries: await folders.make(`${PROGRAM_FOLDERS}/${id}/deliveries`),
  }
  const removeFolders = () => folders.remove(root)
  try {
    const process = await sandbox.start(
      {
        name: `program-${id}`,
        runtime: source.runtime,
        argv: source.command,
        env: source.env,
        mounts: [
          ...(source.codePath === null ? [] : [{ source: source.codePath, target: '/app', writable: false }]),
          { source: hosts.in, target: '/in', writable: false },
          { source: hosts.deliveries, target: '/deliveries', writable: false },
          { source: hosts.out, target: '/out', writable: true },
        ],
        outbound: source.outbound,
        limits: source.limits,
        ...(source.lent === undefined ? {} : { isLent: true, priority: source.lent.priority }),
      },
      options,
    )
    const client = serveClient(process)
    const { freeze, thaw, kill } = process
    return {
      process,
      client,
      folders: hosts,
      freeze: async () => {
        client.pause()
        await freeze()
      },
      thaw: async () => {
        await thaw()
        client.resume()
      },
      kill: async () => {
        await client.close()
        await kill()
      },
      removeFolders,
    }
  } catch (error) {
    await removeFolders()
    throw error
  }
}
