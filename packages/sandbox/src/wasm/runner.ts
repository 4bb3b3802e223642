import type { WasmInterface } from '@golem/protocol'
import type { AttemptTally } from '../attempt-tally.ts'
import { type AskedLine, askedLine, OUT_DIR } from './asked-line.ts'
import { laidFile, latin1, readParams } from './command-params.ts'
import type { Layout } from './lay-files.ts'
import { type LoadedModule, loadModule, ModuleRefused } from './load-module.ts'
import { byteOutput, lineOutput, tailOutput } from './program-output.ts'
import { createInstanceRunner, type Outcome } from './run-instance.ts'
import type { Folder, LaidFile } from './wasi/files.ts'

/** Answers of one run, all lines together. */
const MAX_ANSWER_BYTES = 1024 ** 2
/** What a command may print as its result: it travels inside a message. More belongs into /out. */
const MAX_RESULT_BYTES = 128 * 1024
/** What is told of the log of a run that failed. */
const LOG_TAIL_BYTES = 2_048
/** What a program sees as its own name. */
const PROGRAM_NAME = 'program'
/** Modules that one program may be asked to run; the one used longest ago is forgotten. */
const MAX_MODULES = 8

export type RunnerOptions = {
  interface: WasmInterface
  /** Where the program's own module lies, or null where requests name theirs. */
  module: string | null
  /** Its arguments. */
  args: readonly string[]
  env: Readonly<Record<string, string>>
  limits: { memoryBytes: number; outputBytes: number; outputFiles: number }
}

export type RunnerComponents = {
  /** What the program sees now. */
  layout(): Layout
  /** A line for whoever asks. */
  answer(line: string): void
  log(bytes: Uint8Array): void
  /** Keeps what a run left in /out: at `path`, which is /out or a folder in it. */
  keep(out: Folder, path: string): void
  /** Where what modules try is noted. */
  tally?: AttemptTally | undefined
}

/** Runs one program's requests, one after another, each in a fresh instance. */
export type Runner = {
  /** Loads the module and says that it is ready. @throws {ModuleRefused} */
  start(): void
  request(line: string): void
  /** Set when the program has ended: a module that speaks the protocol and exited with another code than 0, or trapped. */
  readonly exitCode: number | null
}

export function createRunner({ layout, answer, log, keep, tally }: RunnerComponents, options: RunnerOptions): Runner {
  const { module: mainModule, args, env, limits } = options
  const instances = createInstanceRunner(tally)
  const modules = new Map<string, { file: LaidFile; module: LoadedModule }>()
  const encoder = new TextEncoder()
  let exitCode: number | null = null

  const moduleAt = (path: string, tree: Layout): LoadedModule => {
    const file = laidFile(tree, path)
    if (file === null) throw new ModuleRefused(`There is no module ${JSON.stringify(path)}.`)
    const known = modules.get(path)
    modules.delete(path)
    const module =
      known?.file === file
        ? known.module
        : loadModule(file.read(), { memoryBytes: limits.memoryBytes, imports: instances.imports })
    modules.set(path, { file, module })
    const [oldest] = modules.keys()
    if (modules.size > MAX_MODULES && oldest !== undefined) modules.delete(oldest)
    return module
  }

  const serve = (asked: AskedLine | null): void => {
    const tree = layout()
    const module = moduleAt(mainModule ?? '', tree)
    const output = lineOutput((line) => answer(asked === null ? line : asked.answered(line)), MAX_ANSWER_BYTES)
    const outcome = instances.run(module, tree, {
      args: [PROGRAM_NAME, ...args],
      env,
      stdin: encoder.encode(asked === null ? '' : `${asked.seen}\n`),
      // Whoever wants another chance for each request makes it of what it is asked.
      seed: () => args.join('\n'),
      stdout: output.take,
      stderr: (bytes) => {
        log(bytes)
        return true
      },
      limits,
    })
    keep(outcome.out, asked?.outDir ?? OUT_DIR)
    const code = codeOf(outcome)
    if (code === 0 && output.isWithin()) return
    if ('trapped' in outcome.ended) log(encoder.encode(`The program was ended: ${outcome.ended.trapped}.\n`))
    if (!output.isWithin()) log(encoder.encode(`It answered with more than ${MAX_ANSWER_BYTES} bytes.\n`))
    exitCode = code === 0 ? 1 : code
  }

  const command = (line: string): void => {
    const asked = JSON.parse(line) as { id: number; params?: Record<string, unknown> }
    const { id } = asked
    try {
      const tree = layout()
      const params = readParams(asked.params ?? {}, mainModule ?? '', tree)
      const module = moduleAt(params.module, tree)
      const printed = byteOutput(MAX_RESULT_BYTES)
      const logged = tailOutput(LOG_TAIL_BYTES)
      const outcome = instances.run(module, tree, {
        args: [PROGRAM_NAME, ...args, ...params.args],
        env: { ...env, ...params.env },
        stdin: params.stdin,
        seed: params.seed,
        stdout: printed.take,
        stderr: (bytes) => {
          log(bytes)
          logged.take(bytes)
          return true
        },
        limits,
      })
      const failure = failureOf(outcome, printed.isWithin(), logged.text())
      if (failure !== null) {
        answer(JSON.stringify({ id, error: failure }))
        return
      }
      if (outcome.out.entries.size > 0) keep(outcome.out, params.outDir)
      const result = resultOf(codeOf(outcome), printed.bytes(), logged.text())
      answer(JSON.stringify({ id, result, files: pathsIn(outcome.out) }))
    } catch (error) {
      if (!(error instanceof ModuleRefused)) throw error
      answer(JSON.stringify({ id, error: { code: 'WASM_MODULE_REFUSED', message: error.message } }))
    }
  }

  return {
    start: () => {
      if (options.interface === 'protocol') serve(null)
      else answer(JSON.stringify({ ready: { wasm: 'wasi-preview-1' } }))
    },
    request: options.interface === 'protocol' ? (line) => serve(askedLine(line)) : command,
    get exitCode() {
      return exitCode
    },
  }
}

/** As a shell tells of a program that was ended by a signal: here, SIGILL. */
const TRAPPED_CODE = 132
const codeOf = ({ ended }: Outcome): number => ('exitCode' in ended ? ended.exitCode : TRAPPED_CODE)

/** Why there is no result, where there is none. A program that exits with a code of its own has one. */
function failureOf({ ended, refused, memoryBytes }: Outcome, isWithin: boolean, logTail: string): object | null {
  if (refused !== null) {
    const { name, allowed, used } = refused
    const what = name === 'outputBytes' ? 'bytes' : 'files and folders'
    const message = `It wrote more than ${allowed} ${what}, and was refused.`
    return { code: 'WASM_LIMIT', message, data: { limit: { name, allowed, used } } }
  }
  if (!isWithin) {
    const message = `It printed more than ${MAX_RESULT_BYTES} bytes.`
    return { code: 'WASM_RESULT_TOO_LARGE', message, remedy: 'Leave large results as files in /out.' }
  }
  if ('exitCode' in ended) return null
  return { code: 'WASM_TRAPPED', message: `It was ended: ${ended.trapped}.`, data: { memoryBytes, logTail } }
}

/** Files below a folder, in the order in which they were made. */
const pathsIn = (folder: Folder): string[] =>
  [...folder.entries].flatMap(([name, node]) =>
    node.kind === 'folder' ? pathsIn(node).map((below) => `${name}/${below}`) : [name],
  )

type Result = { exitCode: number; stdout?: string; stdoutBase64?: string; stderr?: string }

function resultOf(exitCode: number, printed: Uint8Array, logTail: string): Result {
  const failed = exitCode === 0 ? {} : { stderr: logTail }
  try {
    return { exitCode, stdout: new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(printed), ...failed }
  } catch {
    return { exitCode, stdoutBase64: btoa(latin1(printed)), ...failed }
  }
}
