import type { Folders, Sandbox, SandboxProcess } from '@golem/ports'
import { type ServeClient, serveClient } from '../serve-client.ts'
import { hexOf } from './hex-of.ts'
import type { ProvidedApp } from './options.ts'

/** An application's program that answers, in its sandbox, with its folders. */
export type RunningProgram = {
  readonly process: SandboxProcess
  readonly client: ServeClient
  /** The host folder behind /in. */
  readonly inFolder: string
  /** The host folder in which a subtask's outputs are left: /out/<index>. */
  outFolder(index: number): string
  /** Ends it. Its folders stay. */
  kill(): Promise<void>
  removeFolders(): Promise<void>
}

type Components = { sandbox: Sandbox; folders: Folders; randomBytes: (length: number) => Uint8Array }

/** Programs' folders, below the node's own. */
export const PROGRAM_FOLDERS = 'provider/programs'

/** Starts a program without inputs; resolves when it is ready for its first request. */
export async function launchProgram(
  { sandbox, folders, randomBytes }: Components,
  app: ProvidedApp,
  signal: AbortSignal,
): Promise<RunningProgram> {
  const id = hexOf(randomBytes(6))
  const root = await folders.make(`${PROGRAM_FOLDERS}/${id}`)
  const inFolder = await folders.make(`${PROGRAM_FOLDERS}/${id}/in`)
  const out = await folders.make(`${PROGRAM_FOLDERS}/${id}/out`)
  const removeFolders = () => folders.remove(root)
  let process: SandboxProcess | null = null
  try {
    process = await sandbox.start(
      {
        name: `provider-${id}`,
        argv: app.manifest.command,
        env: app.env,
        mounts: [
          { source: app.codePath, target: '/app', writable: false },
          { source: inFolder, target: '/in', writable: false },
          { source: out, target: '/out', writable: true },
        ],
        limits: app.manifest.limits,
      },
      { signal },
    )
    const client = serveClient(process)
    await client.ready
    const { kill } = process
    return {
      process,
      client,
      inFolder,
      outFolder: (index) => folders.join(out, `${index}`),
      kill: async () => {
        await client.close()
        await kill()
      },
      removeFolders,
    }
  } catch (error) {
    await process?.kill()
    await removeFolders()
    throw error
  }
}
