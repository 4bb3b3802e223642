import { access, constants, readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'

/** With what the kernel counts and bounds here. `v1` also where a `v2` tree lies beside it without controllers. */
export type Hierarchy = (
  | {
      version: 1
      controllers: { memory: string; cpu: string; cpuacct: string; pids: string }
      /** The tree whose groups can be frozen; the v2 tree where there is one. */
      freezer: string | null
      trees: string[]
    }
  | { version: 2; trees: [string] }
) & {
  /** Where in the trees our groups are made: `/`, or what was delegated to an ordinary user. */
  base: string
}

const V2_ROOT = '/sys/fs/cgroup'
const V1_NEEDED = ['memory', 'cpu', 'cpuacct', 'pids'] as const
const V2_NEEDED = ['memory', 'cpu', 'pids']

/** @returns null where there is no tree with memory, cpu and pids that we may write to. */
export async function findHierarchy(): Promise<Hierarchy | null> {
  const mounts = (await readFile('/proc/self/mounts', 'utf8')).split('\n').map((line) => line.split(' '))
  const own = await readFile('/proc/self/cgroup', 'utf8')
  return mounts.some(([, path, type]) => type === 'cgroup2' && path === V2_ROOT)
    ? unified(ownPath(own, ''))
    : split(mounts, ownPath(own, 'memory'))
}

async function unified(own: string): Promise<Hierarchy | null> {
  for (const base of ancestors(own)) {
    const path = join(V2_ROOT, base)
    if (!(await isWritable(path))) continue
    const words = async (file: string): Promise<string[]> => (await text(join(path, file))).split(/\s+/).filter(Boolean)
    const [available, enabled] = [await words('cgroup.controllers'), await words('cgroup.subtree_control')]
    const isReady = V2_NEEDED.every((name) => enabled.includes(name))
    // Below the root, a group that holds processes gives its children no controllers.
    const canEnable = base === '/' || (await words('cgroup.procs')).length === 0
    if (isReady || (canEnable && V2_NEEDED.every((name) => available.includes(name)))) {
      return { version: 2, base, trees: [path] }
    }
  }
  return null
}

async function split(mounts: readonly string[][], own: string): Promise<Hierarchy | null> {
  const found: Partial<Record<(typeof V1_NEEDED)[number] | 'freezer', string>> = {}
  const trees = mounts.filter(([, , type]) => type === 'cgroup' || type === 'cgroup2').map(([, path]) => path ?? '')
  for (const [, path, type, options] of mounts) {
    if (type !== 'cgroup' || path === undefined) continue
    for (const name of [...V1_NEEDED, 'freezer' as const]) if (options?.split(',').includes(name)) found[name] = path
  }
  const { memory, cpu, cpuacct, pids } = found
  if (memory === undefined || cpu === undefined || cpuacct === undefined || pids === undefined) return null
  const needed = { memory, cpu, cpuacct, pids }
  for (const base of ancestors(own)) {
    const at = (path: string): string => join(path, base)
    if (!(await every(Object.values(needed).map(at), isWritable))) continue
    const controllers = { memory: at(memory), cpu: at(cpu), cpuacct: at(cpuacct), pids: at(pids) }
    const there = await Promise.all(trees.map(async (path) => ((await isWritable(at(path))) ? [at(path)] : [])))
    const byTree = mounts.find(([, , type]) => type === 'cgroup2')?.[1] ?? found.freezer
    const freezer = byTree !== undefined && (await isWritable(at(byTree))) ? at(byTree) : null
    return { version: 1, base, controllers, freezer, trees: there.flat() }
  }
  return null
}

/** The path of our own group in the tree with a controller; `` is the v2 tree. */
function ownPath(text: string, controller: string): string {
  for (const line of text.split('\n')) {
    const [, names, path] = /^\d+:([^:]*):(\/.*)$/.exec(line) ?? []
    if (names?.split(',').includes(controller)) return path ?? '/'
  }
  return '/'
}

/** `/`, then down to the group itself. */
export function ancestors(path: string): string[] {
  return path === '/' ? ['/'] : [...ancestors(dirname(path)), path]
}

/** Groups can be made in it, and processes of its own can be moved into them. */
const isWritable = async (path: string): Promise<boolean> =>
  every([path, join(path, 'cgroup.procs')], (each) =>
    access(each, constants.W_OK).then(
      () => true,
      () => false,
    ),
  )

const text = (path: string): Promise<string> => readFile(path, 'utf8').catch(() => '')

async function every<T>(items: readonly T[], holds: (item: T) => Promise<boolean>): Promise<boolean> {
  return (await Promise.all(items.map(holds))).every(Boolean)
}
