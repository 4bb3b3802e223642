import type { Result } from './result.ts'

export type BenchmarkContext = {
  /** For people, on stderr: stdout holds results alone. */
  note: (line: string) => void
  signal: AbortSignal
}

/** Every benchmark exports one of these as `run`. */
export type Benchmark = (context: BenchmarkContext) => AsyncIterable<Result>
