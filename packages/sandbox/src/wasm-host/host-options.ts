import type { RunnerOptions } from '../wasm/runner.ts'

/** What a worker process is told on its command line. */
export type HostOptions = RunnerOptions & {
  /** Folders that the program sees, by name below `/`. */
  folders: readonly string[]
  /** Whether there is an /out of the disk; otherwise nothing of what a run leaves is kept. */
  keepsOutputs: boolean
  /** Before answers it says what modules tried so far: `OBSERVED_LINE`. */
  isObserved: boolean
}

/** How such a line begins. No other begins so: answers are objects. */
export const OBSERVED_LINE = 'observed '
