import type { Runtime } from './runtime.ts'
import { RUNTIME_KINDS, type RuntimeCall } from './runtime-kinds.ts'

export type LaunchOptions = RuntimeCall & {
  runtime: Pick<Runtime, 'kind' | 'path' | 'user' | 'platform'>
  /** A file with what `mountTable` says. */
  mountTable: string
  /** A folder that everyone may enter, to put what is mounted where the program's user may look at it; or null. */
  stage: { path: string; mounts: readonly { source: string; target: string }[] } | null
  /** Processors to stay on; null where a control group bounds the share. */
  cpus: readonly number[] | null
  /** Files that take the launching process, and so all it starts, into control groups. */
  groupEntries: readonly string[]
  /** The network is made here and not by the runtime, with a door in it: this program, which Node runs, opens it. */
  door: { node: string; program: string } | null
  /** A control group bounds it. */
  isGrouped: boolean
  priority: 'normal' | 'lowest'
  /** What comes before the runtime's command, to see what the program tries. */
  observer: readonly string[]
}

/**
 * Opens the door, enters the control groups, prepares a private view of the file system, and becomes the runtime.
 *
 * The root is bound to a folder whose parents anyone may enter: the runtime reaches it as the sandbox's own
 * unprivileged user, who may not enter the daemon's folders. Each start of `mount` takes some 5 ms, so what is known
 * beforehand is mounted by one, from a table; the tree that holds groups is hidden by it after they were entered.
 */
const SCRIPT = `
table=$1 node=$2 door=$3 stage=$4
shift 4
if [ -n "$door" ]; then
  ip link set lo up && "$node" --no-warnings "$door" || exit 125
  exec 4>&-
  unset NODE_CHANNEL_FD NODE_CHANNEL_SERIALIZATION_MODE
fi
while [ "$1" != -- ]; do echo 0 > "$1" || exit 125; shift; done
shift
mount --all --fstab "$table" || exit 125
if [ -n "$stage" ]; then
  mount -t tmpfs -o mode=755 none "$stage" || exit 125
  while [ "$1" != -- ]; do
    if [ -d "$1" ]; then mkdir "$2"; else : > "$2"; fi
    mount --bind "$1" "$2" || exit 125
    shift 2
  done
fi
while [ "$1" != -- ]; do shift; done
shift
exec "$@"
`

/**
 * Before whatever is to have the lowest priority: a disk's for all, the cores' where no group lowers that. Not where one
 * does, so that the group alone says how fast it dies. What the kernel does not grant is ignored.
 */
const LOWEST_DISK = ['--ignore', '--class', 'idle']
const LOWEST_CORES = ['nice', '-n', '19', 'chrt', '--idle', '0']

/**
 * The command that runs a bundle such that it cannot outlive the daemon, whatever happens to the daemon: the kernel
 * kills \`unshare\` with its parent, with \`unshare\` the first process of its pid namespace, and with that every process
 * inside, the sandbox included. A runtime alone would leave the sandbox running.
 */
export function launchCommand(options: LaunchOptions): { command: string; args: string[] } {
  const { runtime } = options
  const namespaces = ['--fork', '--kill-child=KILL', '--pid', '--mount', '--mount-proc', '--propagation', 'private']
  const asRoot = runtime.user === 'ordinary' ? ['--user', '--map-root-user'] : []
  const network = options.door === null ? [] : ['--net']
  const { node, program } = options.door ?? { node: '', program: '' }
  const shell = ['/bin/sh', '-c', SCRIPT, 'sh', options.mountTable, node, program]
  const stage = [options.stage?.path ?? '']
  const staged = options.stage?.mounts.flatMap((each) => [each.source, each.target]) ?? []
  const pinned = options.cpus === null ? [] : ['taskset', '--cpu-list', options.cpus.join(',')]
  const args = [
    '--pdeathsig',
    'KILL',
    ...pinned,
    'unshare',
    ...asRoot,
    ...namespaces,
    ...network,
    ...shell,
    ...stage,
    ...options.groupEntries,
    '--',
    ...staged,
    '--',
    ...options.observer,
    runtime.path,
    ...RUNTIME_KINDS[runtime.kind].arguments(options),
  ]
  if (options.priority === 'normal') return { command: 'setpriv', args }
  const cores = options.isGrouped ? [] : LOWEST_CORES
  return { command: 'ionice', args: [...LOWEST_DISK, ...cores, 'setpriv', ...args] }
}

/**
 * Lines of an fstab(5) for `mount --all`: the folder that becomes the root file system where the runtime sees it, and over a
 * tree of control groups that the runtime must not see an empty folder.
 */
export function mountTable(rootSource: string, rootPath: string, hiddenTree: string | null): string {
  const lines = [[rootSource, rootPath, 'none', 'bind']]
  if (hiddenTree !== null) lines.push(['none', hiddenTree, 'tmpfs', 'ro'])
  return lines.map((fields) => `${fields.map(escaped).join(' ')} 0 0\n`).join('')
}

/** Fields end at white space, and a backslash begins a byte in octal. */
const escaped = (field: string): string =>
  field.replace(/[\s\\]/g, (each) => `\\${each.charCodeAt(0).toString(8).padStart(3, '0')}`)
