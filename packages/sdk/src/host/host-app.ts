import { writeSync } from 'node:fs'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import { type AppDescription, type FromHost, type Json, type Limits, type ToHost, toHost } from '@golem/protocol'
import { z } from 'zod'
import { type AppContext, type AppDefinition, AppError, type AppLimits } from '../app.ts'

/** Results of so many subtasks may wait in the output folder to be taken. */
const WAITING_SUBTASKS = 4

type Options = { input: Readable; outputDescriptor: number }
type Run = { controller: AbortController }
type PendingCall = { resolve: (value: Json) => void; reject: (error: Error) => void }

/** Serves one application's functions over JSON lines, until the input ends. */
export function hostApp(app: AppDefinition<unknown, unknown, unknown>, { input, outputDescriptor }: Options): void {
  const runs = new Map<number, Run>()
  const calls = new Map<number, PendingCall>()
  let nextCall = 1
  const say = (message: FromHost) => writeWhole(outputDescriptor, `${JSON.stringify(message)}\n`)

  const contextOf = (id: number, speed: number, signal: AbortSignal): AppContext => ({
    speed,
    signal,
    call: (method, params, options) =>
      new Promise((resolve, reject) => {
        const call = nextCall
        nextCall += 1
        calls.set(call, { resolve, reject })
        const timeout = options?.timeoutMs === undefined ? {} : { timeoutMs: options.timeoutMs }
        say({ call, id, method, params, ...timeout })
      }),
  })

  const run = async (message: Extract<ToHost, { run: string }>) => {
    const controller = new AbortController()
    runs.set(message.id, { controller })
    try {
      const result = await functionOf(app, message.run)(
        contextOf(message.id, message.speed, controller.signal),
        message.job,
      )
      say({ id: message.id, result: (result ?? null) as Json })
    } catch (error) {
      say({ id: message.id, error: describeError(error) })
    } finally {
      runs.delete(message.id)
    }
  }

  const hear = (line: string) => {
    const message = toHost.parse(JSON.parse(line))
    if ('run' in message) void run(message)
    else if ('abort' in message) runs.get(message.abort)?.controller.abort()
    else {
      const pending = calls.get(message.reply)
      calls.delete(message.reply)
      if (message.error) pending?.reject(new AppError(plainFailure(message.error)))
      else pending?.resolve(message.result ?? null)
    }
  }

  createInterface({ input }).on('line', hear)
  say({ ready: describeApp(app) as unknown as Json })
}

type Failure = { code: string; message: string; remedy?: string | undefined; data?: Json | undefined }

/** An error's message is no enumerable property: each field is named. */
const plainFailure = ({ code, message, remedy, data }: Failure) => ({
  code,
  message,
  ...(remedy === undefined ? {} : { remedy }),
  ...(data === undefined ? {} : { data }),
})

// biome-ignore lint/suspicious/noExplicitAny: each function's argument is its own; the daemon checked who sends it.
type AnyFunction = (context: AppContext, job: any) => unknown

function functionOf(app: AppDefinition<unknown, unknown, unknown>, name: string): AnyFunction {
  switch (name) {
    case 'parse':
      return (_context, { parameters }) => parse(app, parameters)
    case 'split':
      return (_context, job) => app.split(job)
    case 'inspect':
    case 'estimate':
    case 'verify':
    case 'merge':
      return app[name].bind(app)
    case 'finish':
      if (app.finish) return app.finish.bind(app)
      break
    case 'preview':
      if (app.preview) return app.preview.bind(app)
      break
  }
  throw new AppError({ code: 'FUNCTION_UNKNOWN', message: `${app.name} has no function "${name}".` })
}

function parse(app: AppDefinition<unknown, unknown, unknown>, raw: unknown) {
  const parsed = app.parameters.safeParse(raw)
  if (parsed.success) return { parameters: parsed.data, inputs: app.inputs(parsed.data) }
  const [issue] = parsed.error.issues
  const name = issue?.path.join('.') ?? ''
  const what = (issue?.message ?? 'The parameters are invalid').replace(/\.$/, '')
  throw new AppError({
    code: 'PARAMETERS_INVALID',
    message: `${name === '' ? '' : `${name}: `}${what}.`,
    remedy: 'See `--help`.',
  })
}

function describeApp({
  name,
  version,
  description,
  program,
}: AppDefinition<unknown, unknown, unknown>): AppDescription {
  return {
    name,
    version,
    description,
    code: program.code,
    runtime: (program.runtime ?? { kind: 'oci', root: 'host-tools' }) as AppDescription['runtime'],
    command: [...program.command],
    env: { ...program.env },
    tools: { ...program.tools },
    outbound: [...(program.outbound ?? [])],
    limits: limitsOf(program.limits),
    calibrate: program.calibrate ?? null,
  }
}

const limitsOf = (limits: AppLimits): Limits => ({
  diskBytes: WAITING_SUBTASKS * limits.outputBytes,
  fileBytes: limits.outputBytes,
  ...limits,
})

function describeError(error: unknown): ReturnType<typeof plainFailure> {
  if (error instanceof AppError) return plainFailure(error)
  if (error instanceof z.ZodError) return { code: 'APP_DEFECT', message: z.prettifyError(error) }
  return { code: 'APP_DEFECT', message: error instanceof Error ? (error.stack ?? error.message) : String(error) }
}

/** A pipe takes what fits: the rest is written when the reader has caught up. */
function writeWhole(descriptor: number, text: string): void {
  const bytes = Buffer.from(text)
  for (let written = 0; written < bytes.length; ) {
    try {
      written += writeSync(descriptor, bytes, written)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error
    }
  }
}
