import { writeSync } from 'node:fs'
import type { Readable } from 'node:stream'
import {
  type AppDescription,
  type FromHost,
  type Json,
  type Limits,
  lineJoiner,
  linesOf,
  PLAIN_WORDS,
  type ToHost,
  toHost,
} from '@golem/protocol'
import { z } from 'zod'
import { type AppContext, type AppDefinition, AppError, type AppLimits } from '../app.ts'

/** Results of so many subtasks may wait in the output folder to be taken. */
const WAITING_SUBTASKS = 4

type Options = { input: Readable; outputDescriptor: number }
type Run = { controller: AbortController }
type Made = { result: Json; files: string[] }
type PendingCall = { resolve: (made: Made) => void; reject: (error: Error) => void }

/** Serves one application's functions over JSON lines, until the input ends. */
export function hostApp(app: AppDefinition<unknown, unknown, unknown>, { input, outputDescriptor }: Options): void {
  const runs = new Map<number, Run>()
  const calls = new Map<number, PendingCall>()
  let nextCall = 1
  const say = (message: FromHost) => {
    for (const line of linesOf(message)) writeWhole(outputDescriptor, `${line}\n`)
  }
  const joined = lineJoiner({ maxCharacters: Number.POSITIVE_INFINITY })

  const make =
    (id: number): AppContext['make'] =>
    (method, params, options) =>
      new Promise((resolve, reject) => {
        const call = nextCall
        nextCall += 1
        calls.set(call, { resolve, reject })
        const timeout = options?.timeoutMs === undefined ? {} : { timeoutMs: options.timeoutMs }
        say({ call, id, method, params, ...timeout })
      })
  const contextOf = (id: number, speed: number, signal: AbortSignal): AppContext => ({
    speed,
    signal,
    make: make(id),
    call: async (method, params, options) => (await make(id)(method, params, options)).result,
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
    const value = joined(line)
    if (value === null) return
    const message = toHost.parse(value)
    if ('run' in message) void run(message)
    else if ('abort' in message) runs.get(message.abort)?.controller.abort()
    else {
      const pending = calls.get(message.reply)
      calls.delete(message.reply)
      if (message.error) pending?.reject(new AppError(plainFailure(message.error)))
      else pending?.resolve({ result: message.result ?? null, files: message.files ?? [] })
    }
  }

  readLines(input, hear)
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
    case 'merge':
      return app[name].bind(app)
    case 'verify':
      if (app.verify) return app.verify.bind(app)
      break
    case 'answerFaults':
      return (_context, { answers }) => (answers as unknown[]).map((answer) => answerFault(app, answer))
    case 'digest':
      if (app.digest) return app.digest.bind(app)
      break
    case 'finish':
      if (app.finish) return app.finish.bind(app)
      break
    case 'sketch':
      if (app.sketch) return app.sketch.bind(app)
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

function answerFault({ answer }: AppDefinition<unknown, unknown, unknown>, said: unknown): string | null {
  const parsed = answer?.safeParse(said)
  return parsed?.error ? faultOf(parsed.error) : null
}

/** The first of what is wrong, in few words. */
function faultOf({ issues: [issue] }: z.ZodError): string {
  return `${issue?.path.join('.') || 'the whole'}: ${issue?.message}`
}

function describeApp({
  name,
  version,
  description,
  words,
  draws,
  program,
  digest,
  answer,
}: AppDefinition<unknown, unknown, unknown>): AppDescription {
  const digests = digest !== undefined
  return {
    name,
    version,
    description,
    words: words ?? PLAIN_WORDS,
    draws: [...(draws ?? [])],
    code: program.code ?? null,
    runtime: (program.runtime ?? { kind: 'oci', root: 'host-tools' }) as AppDescription['runtime'],
    command: [...program.command],
    env: { ...program.env },
    tools: { ...program.tools },
    outbound: [...(program.outbound ?? [])],
    gpu: program.gpu ?? false,
    limits: limitsOf(program.limits),
    digests,
    knowsAnswers: answer !== undefined,
    calibrate: program.calibrate ?? null,
    glimpse: program.glimpse ?? null,
  }
}

const limitsOf = (limits: AppLimits): Limits => ({
  diskBytes: WAITING_SUBTASKS * limits.outputBytes,
  fileBytes: limits.outputBytes,
  ...limits,
})

/** Defects are told in one sentence; where they come from is for the daemon's log. */
function describeError(error: unknown): Failure {
  if (error instanceof AppError) return plainFailure(error)
  const data = { stack: error instanceof Error ? (error.stack ?? null) : null }
  if (error instanceof z.ZodError) {
    return { code: 'APP_DEFECT', message: `An answer of its program is not understood, ${faultOf(error)}.`, data }
  }
  return { code: 'APP_DEFECT', message: error instanceof Error ? error.message : String(error), data }
}

/** Lines end with a line feed and with nothing else: JSON may hold the other characters that end lines of text. */
function readLines(input: Readable, hear: (line: string) => void): void {
  let begun: Buffer[] = []
  input.on('data', (chunk: Buffer) => {
    let from = 0
    for (let end = chunk.indexOf(0x0a); end >= 0; end = chunk.indexOf(0x0a, from)) {
      begun.push(chunk.subarray(from, end))
      const line = Buffer.concat(begun).toString('utf8')
      begun = []
      from = end + 1
      hear(line)
    }
    begun.push(chunk.subarray(from))
  })
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
