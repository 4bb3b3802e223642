import type { RunnerOptions } from '../wasm/runner.ts'

/** What a worker process is told on its command line. */
export type HostOptions = RunnerOptions & {
  /** Folders that the program sees, by name below `/`. */
  folders: readonly string[]
  /** Whether there is an /out of the disk; otherwise nothing of what a run leaves is kept. */
  keepsOutputs: boolean
}
