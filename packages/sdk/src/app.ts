import type {
  Calibrate,
  CheckStrategy,
  Comparison,
  Group,
  InputFile,
  Json,
  LaidInput,
  Part,
  Plan,
  Problem,
  Verdict,
  Words,
} from '@golem/protocol'
import type { z } from 'zod'

/** Work in micro core-seconds of the reference machine: prices are exact integers of it. */
export type WorkUnits = number

/** What the application's functions may do: ask their own program in a local sandbox, and nothing else. */
export type AppContext = {
  /**
   * Asks the application's program, which runs in this machine's sandbox with the job's inputs at /in.
   * The call's `outDir` is added to `params`; files left there live until the function returns.
   *
   * @throws {AppError} what the program answered, `SUBTASK_TIMEOUT`, `SANDBOX_ENDED`
   */
  call(method: string, params: { [key: string]: Json }, options?: { timeoutMs?: number }): Promise<Json>
  /** The same, with the paths of the files that the program says it left; modules that are commands say. */
  make(
    method: string,
    params: { [key: string]: Json },
    options?: { timeoutMs?: number },
  ): Promise<{ result: Json; files: string[] }>
  /** Measured speed of one core here; the reference machine has 1. */
  readonly speed: number
  readonly signal: AbortSignal
}

/** Thrown by an application's function to refuse with a clear sentence. */
export class AppError extends Error {
  override readonly name = 'AppError'
  readonly code: string
  readonly remedy: string | undefined
  readonly data: Json
  constructor(problem: Problem & { data?: Json }) {
    super(problem.message)
    this.code = problem.code
    this.remedy = problem.remedy
    this.data = problem.data ?? null
  }
}

/** Upper bounds of one subtask. */
export type AppLimits = {
  memoryBytes: number
  pids: number
  cores: number
  /** Of one subtask. */
  wallMs: number
  /** Of all that the program holds on the disk at once. Default: the outputs of four subtasks. */
  diskBytes?: number
  /** Of one subtask. */
  outputBytes: number
  outputFiles: number
  /** Of one file. Default: as `outputBytes`. */
  fileBytes?: number
  logBytes: number
}

/**
 * What a program runs on: the host's own tools, an OCI image, or a WebAssembly module by its absolute path (null: the
 * job's inputs hold it, and requests name it).
 */
export type AppRuntime =
  | { kind: 'oci'; root: 'host-tools' }
  | { kind: 'oci'; root: 'image'; image: string }
  | { kind: 'wasm'; module: string | null; interface: 'protocol' | 'command' }

/** A program of the host that an application's own program runs on. */
export type Tool = {
  /** The Debian package that brings it. */
  apt: string
}

/**
 * An application. Its functions run in the app host, a child process without keys and network; its program runs in
 * sandboxes, here and on providers. P: parameters as parsed, I: what inspection found, E: what the estimate measured;
 * I and E are JSON.
 */
export type AppDefinition<P, I, E> = {
  name: string
  version: string
  /** For people: one sentence. */
  description: string
  /** What people call a group's results and the subtasks: one, and several. Default: results and subtasks. */
  words?: Words
  /**
   * Endings of the files that its inputs may draw in by naming them, such as `png`. The person's own choice is taken
   * whatever its kind; of all others only these, and none that is hidden or looks like a key.
   */
  draws?: readonly string[]
  program: {
    /** Absolute folder with the program's code: /app in the sandbox. A module needs none. */
    code?: string
    /** Default: the host's own tools. */
    runtime?: AppRuntime
    command: readonly string[]
    env?: Readonly<Record<string, string>>
    /** By the name under which the program tells the exact version in its first line: `{ ready: { blender: '3.4.1' } }`. */
    tools: Readonly<Record<string, Tool>>
    /** Hosts it may reach, as `name:port`; most providers grant none. */
    outbound?: readonly string[]
    /** Whether it needs a graphics card; most providers grant none. */
    gpu?: boolean
    limits: AppLimits
    /**
     * How the program says which class it is in: `result.hash` (32 bytes hex) of what it computes for a `seed`, any text, and
     * without one for a fixed task. `kernels` are environments in which it computes as on older processors. A module
     * needs none: it gives equal bits everywhere.
     */
    calibrate?: Calibrate
    /**
     * Asked on a provider, now and then, of the program that has just answered a subtask: a small PNG of what that made,
     * for the machine's owner. `params` come with `subtask: {method, params}`, with its `result` and with the call's own
     * `outDir`, under which the path lies that is answered as `file`. What the subtask left is still there.
     *
     * `sketch` is a method that is asked before a long subtask, with the same but the result: a first look at what will come of
     * it, which must not change a bit of that and may take some hundredths of its time. Its `file` is null where it makes
     * none; `seconds` is what it took of its own.
     */
    glimpse?: { method: string; params: { [key: string]: Json }; sketch?: string }
  }
  parameters: z.ZodType<P>
  /** The files a job begins with. */
  inputs(parameters: P): InputFile[]
  /** Looks into the inputs. Called again, with them laid, as long as it names `needs` not laid yet. */
  inspect(
    context: AppContext,
    job: { parameters: P; inputs: LaidInput[] },
  ): Promise<{
    inspection: I
    needs: InputFile[]
    problems: Problem[]
    summary: string[]
    /** How fast its results are to be shown, where they are a film's pictures. */
    framesPerSecond?: number
  }>
  /** Measures how much work there is. */
  estimate(context: AppContext, job: { parameters: P; inspection: I }): Promise<{ estimate: E; totalUnits: WorkUnits }>
  /** Cuts the work; pure, so that a restart cuts it the same way. `cores` are those that answered. */
  split(job: { parameters: P; inspection: I; estimate: E; cores: number }): Plan
  /**
   * Checks one delivery, where the plan does not say that the daemon does by itself. `seed` (32 bytes hex) was drawn after
   * the delivery. `check` is the plan's, or the stronger one that the person asked for: where the plan says `crops`, more
   * or larger ones, or `exact`, which here is all of it. `comparison` is `exact` where the program runs here in the class
   * in which the provider computed: then what is not equal to the last bit is wrong.
   *
   * What the last call left under its `outDir` is kept beside a verdict against a provider; a picture of what was looked at,
   * as it should have been, is shown to people where its name is `checked.png` or `checked.exr`.
   */
  verify?(
    context: AppContext,
    job: { parameters: P; inspection: I; part: Part; seed: string; check: CheckStrategy; comparison: Comparison },
  ): Promise<Verdict>
  /**
   * What its program answers a subtask with. Deliveries of which nothing is done again are looked at by it, and rejected where they
   * are something else: so `merge` and all others meet nothing that this does not let through. It must take whatever an
   * honest provider can answer. Default: anything.
   */
  answer?: z.ZodType
  /**
   * What of a delivery is the same wherever it was computed in one class, as 32 bytes hex: such as a hash of its pixels, where
   * files hold dates. By it replicas are compared. Default: all of it, files and answer.
   */
  digest?(context: AppContext, job: { parameters: P; inspection: I; part: Part }): Promise<{ digest: string }>
  /** Turns a group's accepted parts into files: paths under the call's `outDir`. */
  merge(
    context: AppContext,
    job: { parameters: P; inspection: I; group: Group; parts: Part[] },
  ): Promise<{ files: string[] }>
  /** After the last group, over all parts, where the plan says `finish`: a movie, a summary. */
  finish?(context: AppContext, job: { parameters: P; inspection: I; parts: Part[] }): Promise<{ files: string[] }>
  /**
   * A small PNG of a group for people: of `file`, the first that its merge made (a path in the sandbox), or where that is
   * null of the parts that are accepted so far. Answers with a path under the call's `outDir`.
   */
  preview?(
    context: AppContext,
    job: { parameters: P; inspection: I; group: Group; parts: Part[]; file: string | null },
  ): Promise<{ file: string }>
  /**
   * A first picture of what a job would make, for the person who chooses: a small PNG within seconds. Answers with a path
   * under the call's `outDir`.
   */
  sketch?(context: AppContext, job: { parameters: P; inspection: I; estimate: E }): Promise<{ file: string }>
}
