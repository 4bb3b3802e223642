import type {
  Bytes32,
  CheckStrategy,
  Cid,
  Comparison,
  Estimated,
  Group,
  InputFile,
  Inspected,
  Json,
  LaidInput,
  Manifest,
  Part,
  Plan,
  Verdict,
  Words,
} from '@golem/protocol'

/** The application's own program in this machine's sandbox. */
export type Program = {
  /** `outDir` is added to `params`. @throws {GolemError} with the program's own code, `SUBTASK_TIMEOUT`, `SANDBOX_ENDED` */
  call(method: string, params: { [key: string]: Json }, options?: { timeoutMs?: number }): Promise<Json>
  /** The same, with the paths of the files that it says it left; a program need not say. */
  make(
    method: string,
    params: { [key: string]: Json },
    options?: { timeoutMs?: number },
  ): Promise<{ result: Json; files: string[] }>
  /** Measured speed of one core here; the reference machine has 1. */
  readonly speed: number
}

/** How a program makes small pictures of subtasks; `sketch` is the method that is asked before one is computed. */
export type Glimpse = { method: string; params: { [key: string]: Json }; sketch?: string | undefined }

/** An application as the daemon sees it: what it is, and its functions, which run in the app host. */
export type App = {
  readonly name: string
  /** What a person reads: `blender 3.4.1`. */
  readonly title: string
  /** For people: one sentence. */
  readonly description: string
  readonly words: Words
  /** Endings of the files that its inputs may draw in. */
  readonly draws: readonly string[]
  readonly manifest: Manifest
  readonly manifestCid: Cid
  /** The host folder behind /app, where the manifest names code. */
  readonly codePath: string | null
  /** How its program paints what a subtask made, and sketches before what it is about to; null where it cannot. */
  readonly glimpse?: Glimpse | null
  /** The parameters with their defaults, and the files a job begins with. @throws {GolemError} `PARAMETERS_INVALID` */
  parse(parameters: Json): Promise<{ parameters: Json; inputs: InputFile[] }>
  inspect(program: Program, job: { parameters: Json; inputs: LaidInput[] }, signal: AbortSignal): Promise<Inspected>
  estimate(program: Program, job: { parameters: Json; inspection: Json }, signal: AbortSignal): Promise<Estimated>
  split(job: { parameters: Json; inspection: Json; estimate: Json; cores: number }): Promise<Plan>
  verify(
    program: Program,
    job: {
      parameters: Json
      inspection: Json
      part: Part
      seed: string
      check: CheckStrategy
      comparison: Comparison
    },
    signal: AbortSignal,
  ): Promise<Verdict>
  /** Why each is nothing that its program answers a subtask with, null where it may be; absent where it does not say. */
  answerFaults?(answers: Json[]): Promise<(string | null)[]>
  /** What of a result is the same wherever it was computed in one class; absent where all of it is. */
  digest?(
    program: Program,
    job: { parameters: Json; inspection: Json; part: Part },
    signal: AbortSignal,
  ): Promise<{ digest: Bytes32 }>
  merge(
    program: Program,
    job: { parameters: Json; inspection: Json; group: Group; parts: Part[] },
    signal: AbortSignal,
  ): Promise<{ files: string[] }>
  finish(
    program: Program,
    job: { parameters: Json; inspection: Json; parts: Part[] },
    signal: AbortSignal,
  ): Promise<{ files: string[] }>
  /** A small PNG of a group: of the merged `file`, or where that is null of its parts. @throws {GolemError} `FUNCTION_UNKNOWN` */
  preview(
    program: Program,
    job: { parameters: Json; inspection: Json; group: Group; parts: Part[]; file: string | null },
    signal: AbortSignal,
  ): Promise<{ file: string }>
  /** A first picture of what a job would make: a small PNG, soon. @throws {GolemError} `FUNCTION_UNKNOWN` */
  sketch?(
    program: Program,
    job: { parameters: Json; inspection: Json; estimate: Json },
    signal: AbortSignal,
  ): Promise<{ file: string }>
}
