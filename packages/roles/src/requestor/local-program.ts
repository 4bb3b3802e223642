import type { App, Folders, Program } from '@golem/ports'
import { GolemError, type Json } from '@golem/protocol'
import { type LaunchComponents, launchProgram, type RunningProgram, sourceOf } from '../launch-program.ts'

/** What a call may take where its caller does not say. */
const CALL_TIMEOUT_MS = 10 * 60_000

/** The application's program in this machine's own sandbox, with the folders it sees. */
export type LocalProgram = {
  /** Host folders behind /in, /out and /deliveries. */
  readonly folders: RunningProgram['folders']
  call: Program['call']
  /** The host path of a path that the program named under /out. @throws {GolemError} `OUTPUT_REFUSED` */
  hostPath(path: string): string
  /** Empties /out: what a call left there has been taken by then. */
  clearOutputs(): Promise<void>
  readonly alive: boolean
  close(): Promise<void>
}

export const startLocalProgram = async (components: LaunchComponents, app: App): Promise<LocalProgram> =>
  localProgram(components.folders, await launchProgram(components, sourceOf(app)))

/** A program that runs, as the requestor's own. */
export function localProgram(folders: Folders, running: RunningProgram): LocalProgram {
  let alive = true
  void running.process.exited.then(() => {
    alive = false
  })
  let calls = 0
  let cleared = 0
  return {
    folders: running.folders,
    get alive() {
      return alive
    },
    call: async (method, params, options): Promise<Json> => {
      calls += 1
      const asked = { ...params, outDir: `/out/${calls}` }
      const result = await running.client.call(method, asked, { timeoutMs: options?.timeoutMs ?? CALL_TIMEOUT_MS })
      return result as Json
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
    clearOutputs: async () => {
      for (; cleared < calls; cleared += 1) await folders.remove(folders.join(running.folders.out, `${cleared + 1}`))
    },
    close: async () => {
      alive = false
      await running.kill()
      await running.removeFolders()
    },
  }
}
