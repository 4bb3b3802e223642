import type { App, Folders, Program, Sandbox } from '@golem/ports'
import type { Json } from '@golem/protocol'
import { GolemError } from '@golem/protocol'
import { type ServeClient, serveClient } from '../serve-client.ts'

/** What a call may take where its caller does not say. */
const CALL_TIMEOUT_MS = 10 * 60_000

/** The application's program in this machine's own sandbox, with the folders it sees. */
export type LocalProgram = {
  /** Host folders behind /in, /out and /deliveries. */
  readonly folders: { in: string; out: string; deliveries: string }
  call: Program['call']
  /** The host path of a path that the program named under /out. @throws {GolemError} `OUTPUT_REFUSED` */
  hostPath(path: string): string
  readonly alive: boolean
  close(): Promise<void>
}

type Components = { sandbox: Sandbox; folders: Folders; newId: () => string }

/** Starts a program; it answers when its first call does. */
export async function startLocalProgram({ sandbox, folders, newId }: Components, app: App): Promise<LocalProgram> {
  const name = `local-${newId()}`
  const root = await folders.make(`programs/${name}`)
  const hosts = {
    in: await folders.make(`programs/${name}/in`),
    out: await folders.make(`programs/${name}/out`),
    deliveries: await folders.make(`programs/${name}/deliveries`),
  }
  const process = await sandbox.start({
    name,
    argv: app.manifest.command,
    env: app.env,
    mounts: [
      { source: app.codePath, target: '/app', writable: false },
      { source: hosts.in, target: '/in', writable: false },
      { source: hosts.deliveries, target: '/deliveries', writable: false },
      { source: hosts.out, target: '/out', writable: true },
    ],
    limits: app.manifest.limits,
  })
  const client: ServeClient = serveClient(process)
  let alive = true
  void process.exited.then(() => {
    alive = false
  })
  let calls = 0
  return {
    folders: hosts,
    get alive() {
      return alive
    },
    call: async (method, params, options): Promise<Json> => {
      calls += 1
      const outDir = `/out/${calls}`
      const result = await client.call(
        method,
        { ...params, outDir },
        { timeoutMs: options?.timeoutMs ?? CALL_TIMEOUT_MS },
      )
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
      return folders.join(hosts.out, ...names)
    },
    close: async () => {
      alive = false
      await client.close()
      await folders.remove(root)
    },
  }
}
