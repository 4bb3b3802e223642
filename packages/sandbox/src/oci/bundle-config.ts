import type { SandboxSpec } from '@golem/ports'
import type { Identity } from './identity.ts'
import { type SeccompProfile, seccompProfile } from './seccomp-profile.ts'

/** A mount of the OCI runtime specification. */
export type OciMount = { destination: string; type: string; source: string; options: string[] }

export type BundleOptions = {
  spec: SandboxSpec
  identity: Identity
  /** Where the root file system lies as the runtime sees it. */
  rootPath: string
  /** The host's own programs and settings, bound read-only. */
  system: readonly { source: string; target: string }[]
  /** Where the runtime makes a control group of its own; null where it makes none. */
  cgroupsPath: string | null
  /** Where the program begins. */
  cwd: string
  architecture: NodeJS.Architecture
  /** Kept on some processors instead of being given a share of them: then it may not choose others. */
  isPinned: boolean
  /** It stays in the network in which the runtime is started, and speaks TCP there. */
  sharesNetwork: boolean
  /** It may make TCP sockets, be it in a network without anything in it, where what it tries to reach is seen. */
  speaksTcp: boolean
  /** Of `RUNTIME_KINDS`. */
  ownCalls: readonly string[]
}

/** `config.json` of the OCI runtime specification 1.0.2, as far as we use it. */
export type BundleConfig = {
  ociVersion: string
  hostname: string
  root: { path: string; readonly: boolean }
  process: {
    terminal: false
    user: { uid: number; gid: number }
    args: string[]
    env: string[]
    cwd: string
    noNewPrivileges: true
    oomScoreAdj: number
    capabilities: Record<'bounding' | 'effective' | 'permitted' | 'inheritable' | 'ambient', string[]>
    rlimits: { type: string; soft: number; hard: number }[]
  }
  mounts: OciMount[]
  linux: {
    namespaces: { type: string }[]
    uidMappings: { containerID: number; hostID: number; size: number }[]
    gidMappings: { containerID: number; hostID: number; size: number }[]
    cgroupsPath?: string
    seccomp: SeccompProfile
    maskedPaths: string[]
    readonlyPaths: string[]
  }
}

const NAMESPACES = ['pid', 'network', 'ipc', 'uts', 'mount', 'user', 'cgroup']

/** Tell of the host and its other users; what only root may read is closed to the sandbox's ids anyway. */
const MASKED = [
  'acpi',
  'asound',
  'cmdline',
  'interrupts',
  'kallsyms',
  'kcore',
  'key-users',
  'keys',
  'latency_stats',
  'modules',
  'sched_debug',
  'scsi',
  'timer_list',
].map((name) => `/proc/${name}`)

const READ_ONLY = ['bus', 'fs', 'irq', 'sys', 'sysrq-trigger'].map((name) => `/proc/${name}`)

const ENVIRONMENT = { PATH: '/usr/local/bin:/usr/bin:/bin', HOME: '/tmp', TMPDIR: '/tmp', LANG: 'C.UTF-8' }

/** crun writes its system call filter to a file in memory, under the program's own limits already. */
const LEAST_FILE_BYTES = 1024 ** 2

/** Open files at once, of one process. Node.js and Blender stay under 100. */
const OPEN_FILES = 4_096

/**
 * The bundle for one stranger's program: all namespaces of its own, no network or one with nothing but a door, no capabilities, ids that own nothing
 * on the host, a read-only root, and only what `spec.mounts` names to read and write. Memory, pids and cores are
 * bounded by the control group around it, not here.
 */
export function bundleConfig({
  spec,
  identity,
  rootPath,
  system,
  cgroupsPath,
  cwd,
  architecture,
  isPinned,
  sharesNetwork,
  speaksTcp,
  ownCalls,
}: BundleOptions): BundleConfig {
  const { limits } = spec
  const fileBytes = Math.max(limits.fileBytes, LEAST_FILE_BYTES)
  const mappings = identity.mappings.map(({ inside, outside }) => ({ containerID: inside, hostID: outside, size: 1 }))
  return {
    ociVersion: '1.0.2',
    hostname: 'golem',
    root: { path: rootPath, readonly: true },
    process: {
      terminal: false,
      user: { uid: identity.uid, gid: identity.uid },
      args: [...spec.argv],
      env: Object.entries({ ...ENVIRONMENT, ...spec.env }).map(([name, value]) => `${name}=${value}`),
      cwd,
      noNewPrivileges: true,
      // When the host runs out of memory, this goes first, and not the daemon.
      oomScoreAdj: 800,
      capabilities: { bounding: [], effective: [], permitted: [], inheritable: [], ambient: [] },
      rlimits: [
        { type: 'RLIMIT_CORE', soft: 0, hard: 0 },
        { type: 'RLIMIT_FSIZE', soft: fileBytes, hard: fileBytes },
        { type: 'RLIMIT_NOFILE', soft: OPEN_FILES, hard: OPEN_FILES },
        { type: 'RLIMIT_MSGQUEUE', soft: 0, hard: 0 },
        // Where no control group counts them; the kernel counts those of a user namespace by themselves.
        ...(identity.owner === null ? [{ type: 'RLIMIT_NPROC', soft: limits.pids, hard: limits.pids }] : []),
      ],
    },
    mounts: [
      { destination: '/proc', type: 'proc', source: 'proc', options: ['nosuid', 'noexec', 'nodev'] },
      tmpfs('/dev', ['nosuid', 'noexec', 'strictatime', 'mode=755', 'size=65536k']),
      tmpfs('/dev/shm', ['nosuid', 'noexec', 'nodev', 'mode=1777', `size=${limits.memoryBytes}`]),
      tmpfs('/tmp', ['nosuid', 'nodev', 'mode=1777', `size=${limits.memoryBytes}`, 'nr_inodes=65536']),
      ...system.map(({ source, target }) => bind(source, target, false)),
      ...spec.mounts.map(({ source, target, writable }) => bind(source, target, writable)),
    ],
    linux: {
      namespaces: NAMESPACES.filter((type) => type !== 'network' || !sharesNetwork).map((type) => ({ type })),
      uidMappings: mappings,
      gidMappings: mappings,
      ...(cgroupsPath === null ? {} : { cgroupsPath }),
      seccomp: seccompProfile(architecture, {
        refused: isPinned ? ['sched_setaffinity'] : [],
        also: ownCalls,
        speaksTcp,
      }),
      maskedPaths: MASKED,
      readonlyPaths: READ_ONLY,
    },
  }
}

const tmpfs = (destination: string, options: string[]): OciMount => ({
  destination,
  type: 'tmpfs',
  source: 'tmpfs',
  options,
})

const bind = (source: string, destination: string, writable: boolean): OciMount => ({
  destination,
  type: 'bind',
  source,
  options: ['bind', writable ? 'rw' : 'ro', 'nosuid', 'nodev'],
})
