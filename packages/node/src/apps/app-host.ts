import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Program, Sandbox, SandboxProcess } from '@golem/ports'
import {
  type AppDescription,
  appDescription,
  type FromHost,
  fromHost,
  GolemError,
  type Json,
  type Limits,
  lineJoiner,
  linesOf,
  type ToHost,
} from '@golem/protocol'
import { INSTALL_ROOT } from './discover-apps.ts'

const MIB = 1024 * 1024
/** Functions of applications decide; their programs compute. */
const HOST_LIMITS: Limits = {
  memoryBytes: 1024 * MIB,
  pids: 64,
  cores: 1,
  wallMs: 24 * 3_600_000,
  diskBytes: 16 * MIB,
  outputBytes: 16 * MIB,
  outputFiles: 16,
  fileBytes: 16 * MIB,
  logBytes: 16 * MIB,
}
const START_TIMEOUT_MS = 30_000
/** A plan of 100,000 subtasks has about half of that. */
const MAX_MESSAGE_CHARACTERS = 64 * MIB
const HOME = '/golem'

/** An application's functions, running in a sandbox: no keys, no network, no files but their own code. */
export type AppHost = {
  readonly description: AppDescription
  /** @throws {GolemError} with the application's own code, or `APP_HOST_ENDED` */
  run(name: string, job: unknown, program: Program | null, signal: AbortSignal | null): Promise<Json>
  stop(): Promise<void>
}

type Pending = { resolve: (value: Json) => void; reject: (error: unknown) => void; program: Program | null }

/** pino's shape. */
type AppHostComponents = { sandbox: Sandbox; logger: { error(data: object, text: string): void } }

/** Starts the app host of one application's module. */
export async function startAppHost({ sandbox, logger }: AppHostComponents, module: string): Promise<AppHost> {
  const process = await sandbox.start({
    name: 'app-host',
    runtime: { kind: 'oci', root: 'host-tools' },
    argv: [`${HOME}/bin/node`, '--disable-warning=ExperimentalWarning', inside(hostModule()), inside(module)],
    env: { HOME: '/tmp', NODE_ENV: 'production' },
    mounts: hostMounts(module),
    outbound: [],
    limits: HOST_LIMITS,
  })
  const pending = new Map<number, Pending>()
  let nextId = 1
  const ready = Promise.withResolvers<AppDescription>()

  const say = async (message: ToHost) => {
    // Sent at once, so that no other message comes between the pieces of one.
    await Promise.all(linesOf(message).map((line) => process.send(line)))
  }
  const joined = lineJoiner({ maxCharacters: MAX_MESSAGE_CHARACTERS })
  const hear = (message: FromHost) => {
    if ('ready' in message) return ready.resolve(appDescription.parse(message.ready))
    if ('call' in message) return void answerCall(message)
    const entry = pending.get(message.id)
    pending.delete(message.id)
    if ('result' in message) entry?.resolve(message.result)
    else {
      const { code, data } = message.error
      if (code === 'APP_DEFECT')
        logger.error({ module, ...(data as object) }, `a defect of an application: ${message.error.message}`)
      entry?.reject(toGolemError(message.error))
    }
  }
  const answerCall = async (message: Extract<FromHost, { call: number }>) => {
    try {
      const program = pending.get(message.id)?.program
      if (!program) throw new GolemError({ code: 'CALL_REFUSED', message: 'This function has no program to ask.' })
      const options = message.timeoutMs === undefined ? {} : { timeoutMs: message.timeoutMs }
      const made = await program.make(message.method, message.params as { [key: string]: Json }, options)
      await say({ reply: message.call, ...made })
    } catch (error) {
      await say({ reply: message.call, error: fromError(error) })
    }
  }
  const listen = async () => {
    for await (const line of process.lines) {
      const value = joined(line)
      if (value !== null) hear(fromHost.parse(value))
    }
  }
  void listen()
    .catch(() => undefined)
    .then(() => endOf(process))
    .then((error) => {
      ready.reject(error)
      for (const entry of pending.values()) entry.reject(error)
      pending.clear()
    })

  const timer = setTimeout(() => void process.kill(), START_TIMEOUT_MS)
  const description = await ready.promise.finally(() => clearTimeout(timer))
  return {
    description,
    run: (name, job, program, signal) => {
      const id = nextId
      nextId += 1
      const { promise, resolve, reject } = Promise.withResolvers<Json>()
      pending.set(id, { resolve, reject, program })
      const abort = () => {
        if (pending.delete(id)) reject(signal?.reason)
        say({ abort: id }).catch(() => undefined)
      }
      signal?.addEventListener('abort', abort, { once: true })
      say({ id, run: name, job: job as Json, speed: program?.speed ?? 1 }).catch((error: unknown) => {
        if (pending.delete(id)) reject(error)
      })
      return promise.finally(() => signal?.removeEventListener('abort', abort))
    },
    stop: () => process.kill(),
  }
}

async function endOf(process: SandboxProcess): Promise<GolemError> {
  await process.kill()
  const { logTail } = await process.exited
  return new GolemError({
    code: 'APP_HOST_ENDED',
    message: `The application's functions ended by themselves: ${logTail.trim().split('\n').slice(-6).join(' ')}`,
    remedy: 'Restart the daemon; report it if it happens again.',
  })
}

const hostModule = () => fileURLToPath(import.meta.resolve('@golem/sdk/host'))
const inside = (path: string) => join(HOME, relative(INSTALL_ROOT, path))

/** Node itself, the application's folder, and what it may import: nothing else of this machine's files. */
function hostMounts(module: string) {
  const shared = ['node_modules', 'packages/sdk', 'packages/protocol', 'packages/api']
  const app = relative(INSTALL_ROOT, module).split('/').slice(0, 2).join('/')
  return [
    { source: dirname(process.execPath), target: `${HOME}/bin`, writable: false },
    ...[...shared, app].map((path) => ({
      source: join(INSTALL_ROOT, path),
      target: `${HOME}/${path}`,
      writable: false,
    })),
  ]
}

type Failure = { code: string; message: string; remedy?: string | undefined; data?: unknown }

const toGolemError = ({ code, message, remedy, data }: Failure) =>
  new GolemError({
    code,
    message,
    ...(remedy === undefined ? {} : { remedy }),
    ...(data === undefined || code === 'APP_DEFECT' ? {} : { data: { app: data } }),
  })

const fromError = (error: unknown) =>
  error instanceof GolemError
    ? { code: error.code, message: error.message, ...(error.remedy === undefined ? {} : { remedy: error.remedy }) }
    : { code: 'CALL_FAILED', message: String(error) }
