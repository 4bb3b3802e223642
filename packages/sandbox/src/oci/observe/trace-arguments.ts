import { ALLOWED_CALLS } from '../seccomp-profile.ts'

/** Of the calls that every program may make, those that are looked at: they name files, addresses, users or new processes. */
const LOOKED_AT = new Set(
  `bind chmod chown connect creat execve execveat fchmodat fchmodat2 fchownat fork lchown link linkat mkdir mkdirat open
  openat openat2 prctl rename renameat renameat2 rmdir sendmsg sendmmsg sendto setfsgid setfsuid setgid setgroups setregid
  setresgid setresuid setreuid setuid symlink symlinkat truncate unlink unlinkat vfork`
    .trim()
    .split(/\s+/),
)

/** Paths longer than this are cut. */
const TEXT_BYTES = 300

/**
 * strace, before the runtime's own command: it sees each call before the filter does, whatever the filter says of it.
 * What no program is allowed is looked at without being named, calls that do not exist yet included.
 *
 * @param descriptor where lines go
 */
export const traceArguments = (strace: string, descriptor: number): string[] => [
  strace,
  '--follow-forks',
  '--decode-fds=path',
  '--pidns-translation',
  '--signal=none',
  '--quiet=attach',
  `--string-limit=${TEXT_BYTES}`,
  `--trace=!${ALLOWED_CALLS.filter((name) => !LOOKED_AT.has(name))
    .map((name) => `?${name}`)
    .join(',')}`,
  `--output=|exec cat >&${descriptor}`,
]
