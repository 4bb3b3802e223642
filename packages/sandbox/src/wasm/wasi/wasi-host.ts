import type { GuestMemory } from './guest-memory.ts'
import type { RunState } from './run-state.ts'

/** What the functions of WASI stand on. They are made once for a worker; whose calls they answer changes with each run. */
export type WasiHost = { readonly memory: GuestMemory; run: RunState }

/** Thrown to leave a program that asked for its end. */
export class ProgramExit extends Error {
  readonly exitCode: number
  constructor(exitCode: number) {
    super(`exit code ${exitCode}`)
    this.exitCode = exitCode
  }
}

/** A function of WASI: 32-bit numbers come signed, 64-bit ones as bigints. */
export type WasiFunction = (...values: never[]) => number | undefined
export type WasiFunctions = Readonly<Record<string, WasiFunction>>
