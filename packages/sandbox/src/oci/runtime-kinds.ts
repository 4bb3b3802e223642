import type { Runtime, RuntimeKind } from './runtime.ts'

/** What a runtime is told on its command line. */
export type RuntimeCall = {
  runtime: Pick<Runtime, 'platform'>
  id: string
  bundlePath: string
  statePath: string
  pidFile: string
  logFile: string
}

type Traits = {
  /** Who is safer comes first; who is equally safe by speed. */
  isolation: number
  /** Descriptor 3 reaches the program. Otherwise a shell inside makes it from stdout. */
  passesDescriptors: boolean
  /** Lets a program stay in the network in which the runtime is started; then it can be given a way out of it. */
  sharesNetwork: boolean
  /** Looks at what it mounts as the program's own user, who may not enter the daemon's folders. */
  stagesMounts: boolean
  /** As root makes a control group below ours for the program. Otherwise all of it stays in ours. */
  makesGroup: boolean
  /** What it needs besides the program where one group bounds both: Go starts several threads, gVisor is a kernel. */
  extraPids: number
  leastPids: number
  /** Calls that its own kernel answers itself, beside those of every program. */
  ownCalls: readonly string[]
  extraMemoryBytes: number
  install: string | null
  arguments(options: RuntimeCall): string[]
}

const MIB = 1024 ** 2

const common = ({ statePath, logFile }: RuntimeCall): string[] => [
  '--root',
  statePath,
  '--log',
  logFile,
  '--log-format',
  'json',
]
const bundle = ({ bundlePath, pidFile }: RuntimeCall): string[] => ['--bundle', bundlePath, '--pid-file', pidFile]

export const RUNTIME_KINDS: Readonly<Record<RuntimeKind, Traits>> = {
  // A kernel of its own between the program and this machine's.
  runsc: {
    isolation: 2,
    passesDescriptors: false,
    sharesNetwork: false,
    stagesMounts: true,
    makesGroup: false,
    extraPids: 96,
    leastPids: 1,
    // What its filter refuses it answers with EPERM, which libc does not take as "no such call": no thread would start.
    // Without the filter its kernel says that; and a namespace of a newer one's would be that kernel's own.
    ownCalls: ['clone3'],
    extraMemoryBytes: 96 * MIB,
    install: 'apt-get install --no-install-recommends runsc',
    arguments: (options) => [
      ...common(options),
      '--ignore-cgroups',
      '--network=none',
      '--host-uds=none',
      // The same filter as elsewhere, in gVisor's own kernel.
      '--oci-seccomp',
      `--platform=${options.runtime.platform ?? 'ptrace'}`,
      'run',
      ...bundle(options),
      options.id,
    ],
  },
  // Starts a program in 13 ms, runc in 33 ms.
  crun: {
    isolation: 1,
    passesDescriptors: true,
    sharesNetwork: true,
    stagesMounts: false,
    makesGroup: false,
    extraPids: 2,
    leastPids: 1,
    ownCalls: [],
    extraMemoryBytes: 0,
    install: 'apt-get install --no-install-recommends crun',
    arguments: (options) => [
      ...common(options),
      '--cgroup-manager=disabled',
      'run',
      ...bundle(options),
      '--preserve-fds',
      '1',
      options.id,
    ],
  },
  runc: {
    isolation: 1,
    passesDescriptors: true,
    sharesNetwork: true,
    stagesMounts: false,
    makesGroup: true,
    extraPids: 16,
    leastPids: 16,
    ownCalls: [],
    extraMemoryBytes: 0,
    install: 'apt-get install --no-install-recommends runc',
    // `--keep` leaves the group that runc makes: it has the count of processes killed for memory.
    arguments: (options) => [
      ...common(options),
      'run',
      '--keep',
      ...bundle(options),
      '--preserve-fds',
      '1',
      options.id,
    ],
  },
  other: {
    isolation: 0,
    passesDescriptors: false,
    sharesNetwork: false,
    stagesMounts: true,
    makesGroup: true,
    extraPids: 64,
    leastPids: 16,
    ownCalls: [],
    extraMemoryBytes: 0,
    install: null,
    arguments: (options) => [...common(options), 'run', ...bundle(options), options.id],
  },
}
