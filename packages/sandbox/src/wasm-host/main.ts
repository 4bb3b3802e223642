import { writeSync } from 'node:fs'
import { attemptTally } from '../attempt-tally.ts'
import { type Layout, layFiles } from '../wasm/lay-files.ts'
import { ModuleRefused } from '../wasm/load-module.ts'
import { createRunner } from '../wasm/runner.ts'
import { type HostOptions, OBSERVED_LINE } from './host-options.ts'
import { watchFolders } from './read-folders.ts'
import { writeFolder } from './write-folder.ts'

// The worker process of WebAssembly: `node main.ts OPTIONS` runs one program, inside a sandbox. Requests come
// on stdin, answers leave on descriptor 3.

/** Answers wait so long for others to be written with. */
const FLUSH_MS = 2
/** A module that does not run here at all: as a shell tells of a file that is no program. */
const NOT_RUNNABLE = 126
const LINE_END = 0x0a

const options = JSON.parse(process.argv[2] ?? '') as HostOptions

const tally = options.isObserved ? attemptTally() : null

let waiting: string[] = []
let waitsSince = 0
const flush = (): void => {
  if (waiting.length === 0) return
  // First: whoever has the answer may end this process.
  if (tally !== null) waiting.unshift(`${OBSERVED_LINE}${JSON.stringify(tally.sum())}\n`)
  const text = waiting.join('')
  waiting = []
  writeWhole(3, Buffer.from(text))
}

const watched = watchFolders(options.folders, { maxBytes: options.limits.memoryBytes })
let laid: { from: ReturnType<typeof watched.now>; layout: Layout } | null = null
const layout = (): Layout => {
  const from = watched.now()
  if (laid?.from !== from) laid = { from, layout: layFiles(from) }
  return laid.layout
}

const runner = createRunner(
  {
    layout,
    answer: (line) => {
      if (waiting.length === 0) waitsSince = performance.now()
      waiting.push(`${line}\n`)
      if (tally === null && performance.now() - waitsSince > FLUSH_MS) flush()
    },
    log: (bytes) => writeWhole(2, bytes),
    keep: (out, path) => {
      if (options.keepsOutputs && out.entries.size > 0) writeFolder(out, path)
    },
    tally: tally ?? undefined,
  },
  options,
)

const endIfOver = (): void => {
  if (runner.exitCode === null) return
  flush()
  process.exit(runner.exitCode)
}

try {
  runner.start()
} catch (error) {
  if (!(error instanceof ModuleRefused)) throw error
  writeWhole(2, Buffer.from(`${error.message}\n`))
  process.exit(NOT_RUNNABLE)
}
endIfOver()
flush()
/** Of the line that has not ended. */
let begun: Buffer[] = []
process.stdin.on('data', (chunk: Buffer) => {
  let from = 0
  for (let end = chunk.indexOf(LINE_END); end >= 0; end = chunk.indexOf(LINE_END, from)) {
    begun.push(chunk.subarray(from, end))
    const line = Buffer.concat(begun).toString('utf8')
    begun = []
    from = end + 1
    runner.request(line)
    endIfOver()
  }
  if (from < chunk.length) begun.push(chunk.subarray(from))
  // What came together is answered together.
  flush()
})
process.stdin.on('end', () => process.exit(0))

/** A pipe takes what fits: the rest is written when the reader has caught up. */
function writeWhole(descriptor: number, bytes: Uint8Array): void {
  for (let written = 0; written < bytes.length; ) {
    try {
      written += writeSync(descriptor, bytes, written)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error
    }
  }
}
