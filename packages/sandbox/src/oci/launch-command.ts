import type { Runtime } from './find-runtime.ts'

export type LaunchOptions = {
  runtime: Pick<Runtime, 'name' | 'path' | 'user'>
  id: string
  bundlePath: string
  /** The folder that becomes the root file system, and where the runtime sees it. */
  rootSource: string
  rootPath: string
  /** A tree of control groups that the runtime must not see, or null. */
  hiddenTree: string | null
  /** Files that take the launching process, and so all it starts, into control groups. */
  groupEntries: readonly string[]
  /** A control group bounds it. */
  isGrouped: boolean
  priority: 'normal' | 'lowest'
  statePath: string
  pidFile: string
  logFile: string
}

/**
 * Prepares a private view of the file system, enters the control groups, and becomes the runtime.
 *
 * The root is bound to a folder whose parents anyone may enter: the runtime reaches it as the sandbox's own
 * unprivileged user, who may not enter the daemon's folders.
 */
const SCRIPT = `
root=$1 at=$2 hidden=$3
shift 3
mount --bind "$root" "$at" || exit 125
while [ "$1" != -- ]; do echo 0 > "$1" || exit 125; shift; done
shift
if [ -n "$hidden" ]; then mount -t tmpfs -o ro none "$hidden" || exit 125; fi
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
  const shell = ['/bin/sh', '-c', SCRIPT, 'sh', options.rootSource, options.rootPath, options.hiddenTree ?? '']
  const args = [
    '--pdeathsig',
    'KILL',
    'unshare',
    ...asRoot,
    ...namespaces,
    ...shell,
    ...options.groupEntries,
    '--',
    runtime.path,
    ...runtimeArguments(options),
  ]
  if (options.priority === 'normal') return { command: 'setpriv', args }
  const cores = options.isGrouped ? [] : LOWEST_CORES
  return { command: 'ionice', args: [...LOWEST_DISK, ...cores, 'setpriv', ...args] }
}

function runtimeArguments({ runtime, id, bundlePath, statePath, pidFile, logFile }: LaunchOptions): string[] {
  const run = ['--bundle', bundlePath, '--pid-file', pidFile, '--preserve-fds', '1', id]
  const common = ['--root', statePath, '--log', logFile, '--log-format', 'json']
  // `--keep` leaves the group that runc makes: it has the count of processes killed for memory. crun joins ours.
  return runtime.name === 'crun'
    ? [...common, '--cgroup-manager=disabled', 'run', ...run]
    : [...common, 'run', '--keep', ...run]
}
