/** The shape of `linux.seccomp` in the OCI runtime specification 1.0.2. */
export type SeccompProfile = {
  defaultAction: 'SCMP_ACT_ERRNO'
  defaultErrnoRet: number
  architectures: string[]
  syscalls: {
    names: string[]
    action: 'SCMP_ACT_ALLOW' | 'SCMP_ACT_ERRNO'
    errnoRet?: number
    args?: {
      index: number
      value: number
      valueTwo?: number
      op: 'SCMP_CMP_EQ' | 'SCMP_CMP_NE' | 'SCMP_CMP_GT' | 'SCMP_CMP_MASKED_EQ'
    }[]
  }[]
}

const EAFNOSUPPORT = 97
const ENOSYS = 38
const AF_UNIX = 1
const AF_INET = 2
const SOCK_STREAM = 1
/** All of a socket's type but SOCK_NONBLOCK and SOCK_CLOEXEC. */
const SOCK_TYPE_MASK = 0xffffffff - 0o4000 - 0o2000000

/** NEWNS | NEWCGROUP | NEWUTS | NEWIPC | NEWUSER | NEWPID | NEWNET */
const NAMESPACE_FLAGS = 0x7e020000

const FILES = `access chdir chmod chown close close_range copy_file_range creat dup dup2 dup3 faccessat faccessat2
  fadvise64 fallocate fchdir fchmod fchmodat fchmodat2 fchown fchownat fcntl fdatasync fgetxattr flistxattr flock
  fremovexattr fsetxattr fstat fstatfs fsync ftruncate futimesat getcwd getdents getdents64 getxattr inotify_add_watch
  inotify_init inotify_init1 inotify_rm_watch lchown lgetxattr link linkat listxattr llistxattr lremovexattr lseek
  lsetxattr lstat mkdir mkdirat newfstatat open openat openat2 pread64 preadv preadv2 pwrite64 pwritev pwritev2 read
  readahead readlink readlinkat readv removexattr rename renameat renameat2 rmdir sendfile setxattr splice stat statfs
  statx symlink symlinkat sync sync_file_range syncfs tee truncate umask unlink unlinkat utime utimensat utimes write
  writev`

const PROCESSES = `arch_prctl capget capset execve execveat exit exit_group fork getegid geteuid getgid getgroups getpgid
  getpgrp getpid getppid getpriority getresgid getresuid getrlimit getrusage getsid gettid getuid kill pause
  pidfd_open pidfd_send_signal prctl prlimit64 rt_sigaction rt_sigpending rt_sigprocmask rt_sigqueueinfo rt_sigreturn
  rt_sigsuspend rt_sigtimedwait rt_tgsigqueueinfo setfsgid setfsuid setgid setgroups setpgid setpriority setregid
  setresgid setresuid setreuid setrlimit setsid setuid sigaltstack tgkill tkill vfork wait4 waitid`

const THREADS = `futex futex_waitv futex_wake futex_wait futex_requeue get_robust_list get_thread_area getcpu membarrier
  restart_syscall rseq sched_get_priority_max sched_get_priority_min sched_getaffinity sched_getattr sched_getparam
  sched_getscheduler sched_rr_get_interval sched_setaffinity sched_setattr sched_setparam sched_setscheduler sched_yield
  set_robust_list set_thread_area set_tid_address`

const MEMORY = `brk madvise memfd_create mincore mlock mlock2 mlockall mmap mprotect mremap mseal msync munlock munlockall
  munmap pkey_alloc pkey_free pkey_mprotect remap_file_pages semctl semget semop semtimedop shmat shmctl shmdt shmget`

const WAITING = `alarm clock_getres clock_gettime clock_nanosleep epoll_create epoll_create1 epoll_ctl epoll_ctl_old
  epoll_pwait epoll_pwait2 epoll_wait epoll_wait_old eventfd eventfd2 getitimer gettimeofday nanosleep pipe pipe2 poll
  ppoll pselect6 select setitimer signalfd signalfd4 time timer_create timer_delete timer_getoverrun timer_gettime
  timer_settime timerfd_create timerfd_gettime timerfd_settime times`

const SYSTEM = 'getrandom sysinfo uname'

/** On sockets that `socket` and `socketpair` below let exist: local ones, inside the sandbox's own namespaces. */
const LOCAL_SOCKETS = `accept accept4 bind connect getpeername getsockname getsockopt listen recvfrom recvmmsg recvmsg
  sendmmsg sendmsg sendto setsockopt shutdown`

/** Commands on files and pipes; none that reaches a terminal, a file system or a device. */
const IOCTLS = [
  0x5401, // TCGETS: "is this a terminal?"
  0x540f, // TIOCGPGRP
  0x5413, // TIOCGWINSZ
  0x541b, // FIONREAD
  0x5421, // FIONBIO
  0x5450, // FIONCLEX
  0x5451, // FIOCLEX
  0x40049409, // FICLONE
  0x4020940d, // FICLONERANGE
]

/** Linux, SVR4 without randomised addresses, and "tell me". */
const PERSONALITIES = [0, 0x40000, 0xffffffff]

const TCP_SOCKETS: SeccompProfile['syscalls'][number] = {
  names: ['socket'],
  action: 'SCMP_ACT_ALLOW',
  args: [
    { index: 0, value: AF_INET, op: 'SCMP_CMP_EQ' },
    { index: 1, value: SOCK_TYPE_MASK, valueTwo: SOCK_STREAM, op: 'SCMP_CMP_MASKED_EQ' },
  ],
}

const S_IFMT = 0xf000
const S_IFIFO = 0x1000
const S_IFREG = 0x8000

const words = (text: string): string[] => text.trim().split(/\s+/)

/** Whatever their arguments are. */
export const ALLOWED_CALLS: readonly string[] = [
  FILES,
  PROCESSES,
  THREADS,
  MEMORY,
  WAITING,
  SYSTEM,
  LOCAL_SOCKETS,
].flatMap(words)

/**
 * What a stranger's program may ask of the kernel: an allowlist. All else is answered "no such call", which programs
 * that probe for new calls (io_uring, clone3, landlock) take as "an older kernel" and go on without.
 *
 * Sockets are of AF_UNIX only, and with `speaksTcp` TCP of version 4 too, for a network with nothing but a door: a network namespace does not stop AF_VSOCK, and a filter does. `clone3` hides its flags
 * in memory where no filter sees them, so it does not exist, and libc falls back to `clone`, without namespaces.
 */
export function seccompProfile(
  architecture: NodeJS.Architecture,
  {
    refused = [],
    also = [],
    speaksTcp = false,
  }: { refused?: readonly string[]; also?: readonly string[]; speaksTcp?: boolean } = {},
): SeccompProfile {
  return {
    defaultAction: 'SCMP_ACT_ERRNO',
    defaultErrnoRet: ENOSYS,
    // No 32-bit and x32 calls: their numbers mean other things.
    architectures: [architecture === 'arm64' ? 'SCMP_ARCH_AARCH64' : 'SCMP_ARCH_X86_64'],
    syscalls: [
      {
        names: ALLOWED_CALLS.filter((name) => !refused.includes(name)).concat(also),
        action: 'SCMP_ACT_ALLOW',
      },
      {
        names: ['socket', 'socketpair'],
        action: 'SCMP_ACT_ALLOW',
        args: [{ index: 0, value: AF_UNIX, op: 'SCMP_CMP_EQ' }],
      },
      // A rule may not say otherwise of what another allows: where TCP is, the families past it are named.
      {
        names: ['socket', 'socketpair'],
        action: 'SCMP_ACT_ERRNO',
        errnoRet: EAFNOSUPPORT,
        args: [
          speaksTcp ? { index: 0, value: AF_INET, op: 'SCMP_CMP_GT' } : { index: 0, value: AF_UNIX, op: 'SCMP_CMP_NE' },
        ],
      },
      ...(speaksTcp ? [TCP_SOCKETS] : []),
      {
        names: ['clone'],
        action: 'SCMP_ACT_ALLOW',
        args: [{ index: 0, value: NAMESPACE_FLAGS, valueTwo: 0, op: 'SCMP_CMP_MASKED_EQ' }],
      },
      ...IOCTLS.map((command) => ({
        names: ['ioctl'],
        action: 'SCMP_ACT_ALLOW' as const,
        // The kernel looks at the lower half of the argument only, and so does the filter.
        args: [{ index: 1, value: 0xffffffff, valueTwo: command, op: 'SCMP_CMP_MASKED_EQ' as const }],
      })),
      ...PERSONALITIES.map((persona) => ({
        names: ['personality'],
        action: 'SCMP_ACT_ALLOW' as const,
        args: [{ index: 0, value: persona, op: 'SCMP_CMP_EQ' as const }],
      })),
      ...[S_IFIFO, S_IFREG].flatMap((kind) => [
        {
          names: ['mknod'],
          action: 'SCMP_ACT_ALLOW' as const,
          args: [{ index: 1, value: S_IFMT, valueTwo: kind, op: 'SCMP_CMP_MASKED_EQ' as const }],
        },
        {
          names: ['mknodat'],
          action: 'SCMP_ACT_ALLOW' as const,
          args: [{ index: 2, value: S_IFMT, valueTwo: kind, op: 'SCMP_CMP_MASKED_EQ' as const }],
        },
      ]),
    ],
  }
}
