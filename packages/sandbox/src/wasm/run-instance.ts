import type { AttemptTally } from '../attempt-tally.ts'
import { type EngineMemory, engine } from './engine.ts'
import type { Layout } from './lay-files.ts'
import { freshFolders } from './lay-files.ts'
import type { LoadedModule } from './load-module.ts'
import { MEMORY_IMPORT, PAGE_BYTES, WASI_MODULE } from './module/confine-module.ts'
import { createWasi } from './wasi/create-wasi.ts'
import { type Folder, openBudget, type WriteBudget } from './wasi/files.ts'
import { observeCalls } from './wasi/observe-calls.ts'
import { firstDescriptors, type Sink } from './wasi/run-state.ts'
import { seededRandom } from './wasi/seeded-random.ts'
import { ProgramExit } from './wasi/wasi-host.ts'

/** A memory that begins with more than this is made anew: to zero it costs more. */
const ZEROED_BYTES = 4 * 1024 ** 2

export type InstanceOptions = {
  args: readonly string[]
  env: Readonly<Record<string, string>>
  stdin: Uint8Array
  /** Equal seeds give equal chance. Asked only where a program draws. */
  seed: () => string
  stdout: Sink
  stderr: Sink
  limits: { outputBytes: number; outputFiles: number }
}

export type Outcome = {
  /** How it ended; `trapped` is for people, since engines word it differently. */
  ended: { exitCode: number } | { trapped: string }
  /** What it left in /out. */
  out: Folder
  /** The limit at which something was refused to it. */
  refused: WriteBudget['refused']
  /** Of its memory at the end; 0 where it has none. */
  memoryBytes: number
}

/** Runs modules, each time in a fresh instance: nothing of a run is seen by the next one. */
export type InstanceRunner = {
  readonly imports: ReadonlySet<string>
  run(module: LoadedModule, layout: Layout, options: InstanceOptions): Outcome
}

/** `tally`: what modules try is noted there. */
export function createInstanceRunner(tally: AttemptTally | null = null): InstanceRunner {
  const { host, functions: calls, leave } = createWasi()
  const functions = tally === null ? calls : observeCalls(calls, host, tally)
  const encoder = new TextEncoder()

  return {
    imports: new Set(Object.keys(functions)),
    run: (module, layout, { args, env, stdin, seed, stdout, stderr, limits }) => {
      const memory = takeMemory(module)
      const { out, inodes } = freshFolders(layout)
      const budget = openBudget(limits.outputBytes, limits.outputFiles)
      host.memory.use(memory)
      host.run = {
        args: args.map((text) => encoder.encode(text)),
        env: Object.entries(env).map(([name, value]) => encoder.encode(`${name}=${value}`)),
        descriptors: firstDescriptors(stdin, stdout, stderr, layout.root),
        budget,
        inodes,
        random: seededRandom(seed),
        clockNs: 0n,
      }
      try {
        const ended = callStart(module, memory, functions)
        return { ended, out, refused: budget.refused, memoryBytes: memory?.buffer.byteLength ?? 0 }
      } finally {
        leave()
        giveBack(module, memory)
      }
    },
  }
}

function callStart(
  { compiled }: LoadedModule,
  memory: EngineMemory | null,
  functions: Readonly<Record<string, unknown>>,
): Outcome['ended'] {
  try {
    const instance = new engine.Instance(compiled, {
      [WASI_MODULE]: functions,
      ...(memory === null ? {} : { [MEMORY_IMPORT.module]: { [MEMORY_IMPORT.name]: memory } }),
    })
    const start = instance.exports._start as () => void
    start()
    return { exitCode: 0 }
  } catch (error) {
    if (error instanceof ProgramExit) return { exitCode: error.exitCode }
    // A trap, a stack that is too deep, or an address outside that the program gave to a call.
    if (error instanceof engine.RuntimeError || error instanceof RangeError) return { trapped: error.message }
    if (error instanceof engine.LinkError) return { trapped: error.message }
    throw error
  }
}

function takeMemory(module: LoadedModule): EngineMemory | null {
  if (module.memory === null) return null
  const { spare } = module
  module.spare = null
  if (spare !== null) {
    new Uint8Array(spare.buffer).fill(0)
    return spare
  }
  return new engine.Memory({ initial: module.memory.initialPages, maximum: module.memory.maximumPages })
}

/** One that has grown cannot shrink, and would tell the next instance of this one. */
function giveBack(module: LoadedModule, memory: EngineMemory | null): void {
  if (memory === null || module.memory === null) return
  const beganWith = module.memory.initialPages * PAGE_BYTES
  if (memory.buffer.byteLength === beganWith && beganWith <= ZEROED_BYTES) module.spare = memory
}
