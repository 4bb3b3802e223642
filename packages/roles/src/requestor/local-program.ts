import type { App, Folders, Program } from '@golem/ports'
import { GolemError, type Json } from '@golem/protocol'
import { type LaunchComponents, launchProgram, type RunningProgram, sourceOf } from '../launch-program.ts'

/** The application's program in this machine's own sandbox, with the folders it sees. */
export type LocalProgram = {
  /** Host folders behind /in, /out and /deliveries. */
  readonly folders: RunningProgram['folders']
  call: Program['call']
  make: Program['make']
  /** The same, with the folder under /out in which it may have left something, or null where it says that it did not. */
  ask(
    method: string,
    params: { [key: string]: Json },
    options?: { timeoutMs?: number },
  ): Promise<{ result: Json; outDir: string | null }>
  /** The host path of a path that the program named under /out. @throws {GolemError} `OUTPUT_REFUSED` */
  hostPath(path: string): string
  /** The folder under /out of the call before; null where it said that it left nothing. */
  lastOutDir(): string | null
  /** Empties /out: what a call left there has been taken by then. */
  clearOutputs(): Promise<void>
  readonly alive: boolean
  close(): Promise<void>
}

/** `env`: beside the application's own. */
export async function startLocalProgram(
  components: LaunchComponents,
  app: App,
  env: Readonly<Record<string, string>> = {},
): Promise<LocalProgram> {
  const source = sourceOf(app)
  const running = await launchProgram(components, { ...source, env: { ...source.env, ...env } })
  return localProgram(components.folders, running, app)
}

/** A program that runs, as the requestor's own. A call may take what the manifest gives a subtask, where its caller does not say. */
export function localProgram(
  folders: Folders,
  running: RunningProgram,
  { manifest: { limits } }: Pick<App, 'manifest'>,
): LocalProgram {
  let alive = true
  void running.process.exited.then(() => {
    alive = false
  })
  let calls = 0
  let last: string | null = null
  const used = new Set<string>()
  const ask = async (method: string, params: { [key: string]: Json }, timeoutMs = limits.wallMs) => {
    calls += 1
    const name = `${calls}`
    used.add(name)
    const asked = { ...params, outDir: `/out/${name}` }
    const { result, files } = await running.client.ask(method, asked, { timeoutMs })
    const isEmpty = files?.length === 0
    if (isEmpty) used.delete(name)
    last = isEmpty ? null : `/out/${name}`
    return { result: result as Json, outDir: last, files: files ?? [] }
  }
  return {
    folders: running.folders,
    get alive() {
      return alive
    },
    ask: (method, params, options) => ask(method, params, options?.timeoutMs),
    call: async (method, params, options) => (await ask(method, params, options?.timeoutMs)).result,
    make: async (method, params, options) => {
      const { result, outDir, files } = await ask(method, params, options?.timeoutMs)
      return { result, files: files.map((file) => `${outDir}/${file}`) }
    },
    hostPath: (path) => {
      const names = path.split('/').slice(2)
      if (!path.startsWith('/out/') || names.some((part) => part === '' || part === '.' || part === '..')) {
        throw new GolemError({
          code: 'OUTPUT_REFUSED',
          message: `The application named ${path}, which is not under /out.`,
        })
      }
      return folders.join(running.folders.out, ...names)
    },
    lastOutDir: () => last,
    clearOutputs: async () => {
      for (const name of used) {
        used.delete(name)
        await folders.remove(folders.join(running.folders.out, name))
      }
    },
    close: async () => {
      alive = false
      await running.kill()
      await running.removeFolders()
    },
  }
}
