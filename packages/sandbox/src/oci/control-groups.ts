import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Limits } from '@golem/protocol'
import type { Hierarchy } from './find-hierarchy.ts'
import { type Freezer, groupFreezer } from './freezer.ts'
import { kernelFile, kernelSubfolders } from './kernel-file.ts'

/** The control group around one sandbox, with everything in it. */
export type ControlGroup = {
  /** Files that take a process in: `0` means who writes. */
  readonly entries: readonly string[]
  /** The one of them by which a group is frozen that a runtime makes below ours in the other trees; null where none is needed. */
  readonly freezerEntry: string | null
  /** null where the kernel freezes no groups. */
  readonly freezer: Freezer | null
  usage(): Promise<{ cpuMs: number; memoryBytes: number; peakMemoryBytes: number }>
  /** What is its own of memory, without the files that the kernel keeps at hand for it. */
  heldBytes(): Promise<number>
  /** From now on, what is in it computes on so many cores. Before, on all: the runtime itself starts faster on them. */
  boundCores(): void
  /** `lowest`: it gets of cores and disks what nothing else wants. Until it is said, it has its share like everything. */
  setPriority(priority: 'normal' | 'lowest'): void
  /** How often a bound struck. */
  strikes(): Promise<{ outOfMemory: number; pidsRefused: number }>
  /** Ends what is in it, and removes it. Idempotent. */
  remove(): Promise<void>
}

const CONTROLLERS = ['memory', 'cpu', 'cpuacct', 'pids'] as const
const PERIOD_US = 100_000

/**
 * Makes the group `id` with its bounds, as high in the trees as we may: whatever started the daemon does not matter to it.
 * At once, without waiting: the kernel does each of these in microseconds.
 *
 * @throws {Error} where the kernel refuses it
 */
export function createControlGroup(
  hierarchy: Hierarchy,
  id: string,
  limits: Pick<Limits, 'memoryBytes' | 'pids' | 'cores'>,
): ControlGroup {
  const quotaUs = Math.max(1_000, Math.round(limits.cores * PERIOD_US))
  if (hierarchy.version === 1) {
    const { controllers } = hierarchy
    const own = (name: keyof typeof controllers, file = ''): string => join(controllers[name], id, file)
    const freezerPath = hierarchy.freezer === null ? null : join(hierarchy.freezer, id)
    const paths = [...new Set(CONTROLLERS.map((name) => own(name)))].concat(freezerPath ?? [])
    for (const path of paths) mkdirSync(path)
    writeFileSync(own('memory', 'memory.limit_in_bytes'), String(limits.memoryBytes))
    // Memory and swap together: not one page of a stranger goes to the swap. Kernels may come without.
    if (existsSync(own('memory', 'memory.memsw.limit_in_bytes'))) {
      writeFileSync(own('memory', 'memory.memsw.limit_in_bytes'), String(limits.memoryBytes))
    }
    writeFileSync(own('pids', 'pids.max'), String(limits.pids))
    writeFileSync(own('cpu', 'cpu.cfs_period_us'), String(PERIOD_US))
    return {
      entries: paths.map((path) => join(path, 'cgroup.procs')),
      freezerEntry: freezerPath === null ? null : join(freezerPath, 'cgroup.procs'),
      freezer: freezerPath === null ? null : groupFreezer(freezerPath),
      boundCores: () => tell(own('cpu', 'cpu.cfs_quota_us'), String(quotaUs)),
      setPriority: (priority) => setWeights(own('cpu'), V1_WEIGHTS, priority),
      heldBytes: async () => sumOf(own('memory', 'memory.stat'), ['total_rss', 'total_shmem', 'total_swap']),
      usage: async () => ({
        cpuMs: number(own('cpuacct', 'cpuacct.usage')) / 1e6,
        memoryBytes: number(own('memory', 'memory.usage_in_bytes')),
        peakMemoryBytes: number(own('memory', 'memory.max_usage_in_bytes')),
      }),
      strikes: async () => ({
        outOfMemory: sumBelow(own('memory'), 'memory.oom_control', 'oom_kill'),
        pidsRefused: sumBelow(own('pids'), 'pids.events', 'max'),
      }),
      remove: () => removeControlGroup(hierarchy, id),
    }
  }
  const [base] = hierarchy.trees
  enableControllers(base)
  const path = join(base, id)
  mkdirSync(path)
  writeFileSync(join(path, 'memory.max'), String(limits.memoryBytes))
  if (existsSync(join(path, 'memory.swap.max'))) writeFileSync(join(path, 'memory.swap.max'), '0')
  if (existsSync(join(path, 'memory.oom.group'))) writeFileSync(join(path, 'memory.oom.group'), '1')
  writeFileSync(join(path, 'pids.max'), String(limits.pids))
  return {
    entries: [join(path, 'cgroup.procs')],
    freezerEntry: null,
    freezer: groupFreezer(path),
    boundCores: () => tell(join(path, 'cpu.max'), `${quotaUs} ${PERIOD_US}`),
    setPriority: (priority) => setWeights(path, V2_WEIGHTS, priority),
    heldBytes: async () => sumOf(join(path, 'memory.stat'), ['anon', 'shmem']),
    usage: async () => {
      const memoryBytes = number(join(path, 'memory.current'))
      const peak = number(join(path, 'memory.peak'))
      const cpuUs = field(join(path, 'cpu.stat'), 'usage_usec')
      return { cpuMs: cpuUs / 1e3, memoryBytes, peakMemoryBytes: Math.max(peak, memoryBytes) }
    },
    strikes: async () => ({
      outOfMemory: field(join(path, 'memory.events'), 'oom_kill'),
      pidsRefused: sumBelow(path, 'pids.events', 'max'),
    }),
    remove: () => removeControlGroup(hierarchy, id),
  }
}

type Weights = readonly { file: string; lowest: string; normal: string }[]

/** Disks of v1 trees know no weights but those of programs themselves, which `launchCommand` lowers. */
const V1_WEIGHTS: Weights = [
  { file: 'cpu.shares', lowest: '2', normal: '1024' },
  { file: 'cpu.idle', lowest: '1', normal: '0' },
]
const V2_WEIGHTS: Weights = [
  { file: 'cpu.weight', lowest: '1', normal: '100' },
  { file: 'cpu.idle', lowest: '1', normal: '0' },
  { file: 'io.weight', lowest: 'default 1', normal: 'default 100' },
  { file: 'io.bfq.weight', lowest: 'default 1', normal: 'default 100' },
]

/** Kernels know some of these files, and of an idle group no share: what cannot be said is left out. */
function setWeights(path: string, weights: Weights, priority: 'normal' | 'lowest'): void {
  const ordered = priority === 'lowest' ? weights : weights.toReversed()
  for (const weight of ordered) tell(join(path, weight.file), weight[priority])
}

/** What a kernel does not know, and a group that went with its program, needs no word. */
function tell(path: string, value: string): void {
  try {
    writeFileSync(path, value)
  } catch {
    // Not there.
  }
}

/**
 * Ends what is in the group `id` of every tree and removes it. The kernel lets a group go when its last process is
 * gone for good, so when this resolves nothing of the sandbox is left. Gives up after 5 s.
 *
 * @throws {Error} when a process does not end: it hangs in the kernel
 */
export async function removeControlGroup(hierarchy: Hierarchy, id: string): Promise<void> {
  for (const tree of hierarchy.trees) {
    // In a v1 tree what is frozen dies when it is thawed, and what has no share of a busy core dies late.
    tell(join(tree, id, 'freezer.state'), 'THAWED')
    tell(join(tree, id, 'cpu.idle'), '0')
  }
  for (const tree of hierarchy.trees) await removeGroup(join(tree, id))
}

async function removeGroup(path: string): Promise<void> {
  for (const below of groupsIn(path)) await removeGroup(below)
  for (let attempt = 0; ; attempt += 1) {
    try {
      rmdirSync(path)
      return
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException
      if (code === 'ENOENT') return
      if (attempt === 500) throw error
    }
    for (const pid of kernelFile(join(path, 'cgroup.procs')).split('\n')) {
      // 0 is a process of another pid namespace, and to `kill` it would mean ourselves.
      if (Number(pid) > 1) kill(Number(pid))
    }
    await sleep(10)
  }
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // It went by itself.
  }
}

function enableControllers(base: string): void {
  const enabled = readFileSync(join(base, 'cgroup.subtree_control'), 'utf8').trim().split(' ')
  const available = readFileSync(join(base, 'cgroup.controllers'), 'utf8').trim().split(' ')
  const wanted = ['memory', 'cpu', 'pids', ...available.filter((name) => name === 'io')]
  const missing = wanted.filter((name) => !enabled.includes(name))
  if (missing.length === 0) return
  writeFileSync(join(base, 'cgroup.subtree_control'), missing.map((name) => `+${name}`).join(' '))
}

/** A counter; 0 where this kernel has none. */
function number(path: string): number {
  const value = Number(kernelFile(path))
  return Number.isFinite(value) ? value : 0
}

/** `name` in a file of "name value" lines; 0 where there is none. */
function field(path: string, name: string): number {
  const line = kernelFile(path)
    .split('\n')
    .find((entry) => entry.startsWith(`${name} `))
  return line === undefined ? 0 : Number(line.slice(name.length + 1))
}

const sumOf = (path: string, names: readonly string[]): number =>
  names.reduce((sum, name) => sum + field(path, name), 0)

/** The same field summed over a group and those that a runtime made below: these counters are not hierarchical. */
function sumBelow(path: string, file: string, name: string): number {
  return [path, ...groupsIn(path)].reduce((sum, group) => sum + field(join(group, file), name), 0)
}

/** Every folder in a tree of control groups is a group. */
const groupsIn = (path: string): string[] => kernelSubfolders(path).map((name) => join(path, name))

/** What the runtime calls its own group inside ours. */
export const RUNTIME_GROUP = 'run'
