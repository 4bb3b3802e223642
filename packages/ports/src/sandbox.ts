import type { Cid, GolemError, Limits, Observation, Usage, WasmInterface } from '@golem/protocol'

export type Mount = {
  /** A path of the host. */
  source: string
  /** A path in the sandbox, such as /in. */
  target: string
  writable: boolean
}

/** What a program runs on; the `runtime` of a manifest fits. Content must be in the storage before the start. */
export type SandboxRuntime =
  | { kind: 'oci'; root: 'host-tools' }
  | { kind: 'oci'; root: 'image'; image: Cid }
  | { kind: 'wasm'; module: Cid | null; interface: WasmInterface }

export type SandboxSpec = {
  /** Names the sandbox for people and for the sweep of leftovers: [a-z0-9-]. */
  name: string
  runtime: SandboxRuntime
  /** Of an image: empty for its own. Of a module: its arguments. */
  argv: readonly string[]
  env: Readonly<Record<string, string>>
  mounts: readonly Mount[]
  /** Hosts that may be reached, as `name:port`; none for no network at all. */
  outbound: readonly string[]
  limits: Limits
  /** Run for others: it counts towards what this machine lends to all of them together. */
  isLent?: boolean
  /** `lowest`: of cores and disks it gets what nothing else on the machine wants. Default: `normal`. */
  priority?: 'normal' | 'lowest'
}

/** A bound that ends a program: its own, or that of all programs of this machine together. */
export type LimitName = keyof Limits | 'allDiskBytes' | 'allMemoryBytes'
export type LimitHit = { name: LimitName; allowed: number; used: number }

/** How a sandboxed process ended. `limit` names the bound that ended it, where one did. */
export type SandboxExit = {
  code: number | null
  limit: LimitHit | null
  usage: Usage
  /** The last of what it printed, for people. */
  logTail: string
  /** What it tried, where it ran under observation. */
  observation?: Observation
}

/** A running sandboxed process that speaks JSON lines: requests on stdin, answers on descriptor 3. */
export type SandboxProcess = {
  /** @throws {GolemError} `SANDBOX_ENDED` */
  send(line: string): Promise<void>
  /** Lines of descriptor 3; ends with the process. Consumed once. A line longer than 1 MiB ends the process. */
  readonly lines: AsyncIterable<string>
  /** Metered by the kernel since the start. */
  usage(): Promise<Usage>
  readonly exited: Promise<SandboxExit>
  /** Lets nothing of it compute until it is thawed. It keeps its memory, and can be killed. Idempotent. */
  freeze(): Promise<void>
  /** Idempotent. */
  thaw(): Promise<void>
  /** Ends it with everything it started. Idempotent; resolves when nothing of it is left. */
  kill(): Promise<void>
}

export type StartOptions = {
  signal?: AbortSignal
  /** Tells, with its end, what it tried. It is slower, and confined as ever. */
  isObserved?: boolean
}

export type SandboxCheck = { name: string; ok: boolean; detail: string; remedy?: string }

/** Runs a stranger's program and lets nothing out but its results. */
export type Sandbox = {
  /** What is enforced here, and what is missing with its remedy. */
  doctor(): Promise<SandboxCheck[]>
  /** Why no program of this kind can be confined here, or null where it can. Cheap: asked for every demand. */
  decline(needs: Pick<SandboxSpec, 'runtime' | 'outbound'>): GolemError | null
  /**
   * @throws {GolemError} `SANDBOX_UNSUPPORTED` as `decline`, `SANDBOX_UNAVAILABLE`, `SANDBOX_START_FAILED`;
   * `OBSERVATION_UNAVAILABLE` where it is to be observed and cannot be
   */
  start(spec: SandboxSpec, options?: StartOptions): Promise<SandboxProcess>
  /**
   * Moves what a program left in its output folder to `target`, regular files only, within the limits.
   *
   * @throws {GolemError} `OUTPUT_REFUSED` for links, devices, odd names, too many or too large files
   */
  collect(
    source: string,
    target: string,
    limits: Pick<Limits, 'outputBytes' | 'outputFiles' | 'fileBytes'>,
  ): Promise<void>
  /** CPU time of everything that it ever ran: what of a machine's load is not the person's own. */
  cpuMs(): Promise<number>
  stop(): Promise<void>
}
