import { type Attempt, type Manifest, outboundOf, type VettingBody } from '@golem/protocol'

/**
 * `network`: it reaches for a network that it does not ask for. `escape`: calls by which programs leave sandboxes, or take
 * over machines. `files`: what belongs to others, or to the machine's owner. `machine`: it would change the machine itself.
 * `malware`: programs that are known to harm are among what it is made of. `processes`: more than it asks for. `limit`: it was ended by one of its own. `unseen`: it tried more than is told.
 */
export const SUSPICIONS = ['network', 'escape', 'files', 'machine', 'malware', 'processes', 'limit', 'unseen'] as const
export type Suspicion = { kind: (typeof SUSPICIONS)[number]; what: string }

/** Of the kernel and of WASI. What else is refused, such as calls of newer kernels that libraries look for, says nothing. */
const ESCAPES = new Set(
  `acct add_key adjtimex bpf chroot clock_adjtime clock_settime delete_module fanotify_init finit_module fsconfig fsmount
  fsopen fspick init_module ioperm iopl kexec_file_load kexec_load keyctl lookup_dcookie mknod mknodat mount mount_setattr
  move_mount name_to_handle_at open_by_handle_at open_tree perf_event_open pidfd_getfd pivot_root process_madvise
  process_vm_readv process_vm_writev ptrace quotactl quotactl_fd reboot request_key setdomainname setfsgid setfsuid setgid
  setgroups sethostname setns setregid setresgid setresuid setreuid settimeofday setuid swapoff swapon syslog umount
  umount2 unshare userfaultfd vhangup`.split(/\s+/),
)
const ESCAPES_WITH_MORE =
  /^(clone3?\(|unshare\(|setns\(|ioctl\((TIOCSTI|TIOCLINUX)|calls of 32-bit|path_symlink |path_link )/

/** Other people's, other programs', and the machine's own secrets. */
const OTHERS_FILES = [
  /^\/(home|root|boot|media|mnt|srv)(\/|$)/,
  /^\/etc\/(g?shadow|sudoers|ssh|ssl\/private)(-|\/|\.d|$)/,
  /(^|\/)\.(aws|docker|gnupg|golem|kube|ssh)(\/|$)/,
  /^\/proc\/(\d+\/|config\.gz|iomem|kallsyms|kcore|key|kmsg|kpage|sysrq-trigger|vmcore)/,
  /^\/dev\/(dm-|fuse|kmem|kmsg|kvm|loop|mapper|mem|net|nvme|port|sd|vd|vhost|vsock)/,
  /^\/(var\/)?run\/.*(containerd|crio|docker|podman|snapd|systemd\/private)/,
  /(^|\/)\.\.(\/|$)/,
]
const OTHERS_SOCKETS = /^local socket .*(containerd|crio|docker|podman|snapd|systemd\/private)/

/** Python keeps what it compiled beside what it compiles, where it may. */
const BY_THE_WAY = /\/__pycache__(\/|$)/
const OF_THE_MACHINE = /^\/(bin|boot|dev|etc|home|lib\w*|proc|root|run|sbin|sys|usr|var)(\/|$)/

/** WASI names paths from the folder that it was given. */
const absolute = (path: string): string => (path.startsWith('/') ? path : `/${path}`)

/**
 * What of all that a program tried does not go with what its manifest asks for; nothing for one that only computes. That
 * it was refused is no excuse.
 */
export function judgeObservation(
  manifest: Pick<Manifest, 'network' | 'limits'>,
  { observation, limit, malware }: Pick<VettingBody, 'observation' | 'limit' | 'malware'>,
): Suspicion[] {
  const { attempts, untold, processes } = observation
  const mayReach = outboundOf(manifest).length > 0
  const found = attempts.flatMap((one) => {
    const kind = suspicionOf(one, mayReach)
    return kind === null ? [] : [{ kind, what: one.what }]
  })
  for (const { path, name } of malware ?? []) found.push({ kind: 'malware', what: `${path} (${name})` })
  if (processes.refused > 0) found.push({ kind: 'processes', what: `${processes.atMost}` })
  if (limit !== null) found.push({ kind: 'limit', what: limit })
  if (untold > 0) found.push({ kind: 'unseen', what: `${untold}` })
  return found
}

function suspicionOf({ kind, what }: Attempt, mayReach: boolean): Suspicion['kind'] | null {
  switch (kind) {
    case 'network':
      return networkSuspicion(what, mayReach)
    case 'call':
      return ESCAPES.has(what) || ESCAPES_WITH_MORE.test(what) ? 'escape' : null
    case 'read':
      return isOthers(what) ? 'files' : null
    case 'write':
      if (BY_THE_WAY.test(what)) return null
      return isOthers(what) || OF_THE_MACHINE.test(absolute(what)) ? 'machine' : null
  }
}

function networkSuspicion(what: string, mayReach: boolean): Suspicion['kind'] | null {
  // Desktops' and sound's sockets are looked for by many a library; those of what rules the machine by none.
  if (what.startsWith('local socket ')) return OTHERS_SOCKETS.test(what) ? 'escape' : null
  const isInternet = /^socket AF_INET6? SOCK_(STREAM|DGRAM)/.test(what) || /^(\d+(\.\d+){3}|\[[0-9a-f:]+\]):/.test(what)
  return mayReach && isInternet ? null : 'network'
}

const isOthers = (path: string): boolean => OTHERS_FILES.some((pattern) => pattern.test(absolute(path)))
