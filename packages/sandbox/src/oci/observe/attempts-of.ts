import { posix } from 'node:path'
import type { AttemptKind } from '@golem/protocol'
import type { TracedCall } from './read-trace.ts'

export type Noted = { kind: AttemptKind; what: string; isAllowed: boolean }

/** What a program was given, as it sees it. */
export type Given = {
  /** Trees that it may read, such as /usr. */
  readable: readonly string[]
  /** Trees that it may write to. */
  writable: readonly string[]
  /** The root file system is its own image's, and no host's. */
  ownsRoot: boolean
  /** Numbers of its own processes, as it sees them. */
  isOwnProcess(pid: number): boolean
}

/** Refused by the filter, which says "no such call" or "no such family", or by the kernel for lack of a right. */
const REFUSALS = new Set(['ENOSYS', 'EPERM', 'EACCES', 'EAFNOSUPPORT', 'EROFS'])

const OPENS = new Set(['open', 'openat', 'openat2', 'creat'])
const RUNS = new Set(['execve', 'execveat'])
const CHANGES = new Set(
  `chmod chown fchmodat fchmodat2 fchownat lchown mkdir mkdirat rename renameat renameat2 rmdir truncate unlink
  unlinkat`.split(/\s+/),
)
const LINKS = new Set(['link', 'linkat', 'symlink', 'symlinkat'])
const USERS = new Set('setfsgid setfsuid setgid setgroups setregid setresgid setresuid setreuid setuid'.split(' '))
const SENDS = new Set(['bind', 'connect', 'sendmsg', 'sendmmsg', 'sendto'])
const BEGINS = new Set(['clone', 'clone3', 'fork', 'vfork'])
/** Some of what these can be asked is allowed, and programs try the rest without meaning anything by it. */
const ONLY_REFUSED = new Set(['ioctl', 'personality', 'mknod', 'mknodat', 'socketpair'])

const WRITES = /\bO_(WRONLY|RDWR|CREAT|TRUNC|APPEND)\b/
const NAMESPACES = /\bCLONE_NEW\w+/g
const QUOTED = /"((?:[^"\\]|\\.)*)"/g

/** Of a machine in general, or of the sandbox's own making. */
const HARMLESS =
  /^\/(proc\/(self|thread-self|cpuinfo|filesystems|loadavg|meminfo|mounts|stat|uptime|version)(\/|$)|proc\/?$|sys\/devices\/system(\/|$)|dev\/(fd|full|null|ptmx|pts|random|shm|stderr|stdin|stdout|tty|urandom|zero)(\/|$))/
const OWN_TO_WRITE =
  /^\/(tmp|dev\/(fd|full|null|ptmx|pts|random|shm|stderr|stdin|stdout|tty|urandom|zero)|proc\/(self|thread-self)\/(task\/\d+\/)?comm)(\/|$)/

const isBelow = (path: string, folders: readonly string[]): boolean =>
  folders.some(
    (folder) => path === folder || path.startsWith(`${folder}/`) || folder.startsWith(`${path}/`) || path === '/',
  )

/** What of a call reaches beyond what its program was given; most reach nowhere. */
export function attemptsOf(call: TracedCall, given: Given): Noted[] {
  const { name, args, error } = call
  const isAllowed = error === null
  const isRefused = error !== null && REFUSALS.has(error)
  const noted = (kind: AttemptKind, what: string): Noted[] => [{ kind, what, isAllowed }]
  const reads = (path: string): Noted[] => (isOwnToRead(path, given) ? [] : noted('read', path))
  const changes = (path: string): Noted[] => (isOwnToWrite(path, given) ? [] : noted('write', path))

  if (OPENS.has(name)) {
    const path = pathsOf(call)[0]
    if (path === undefined) return []
    return name === 'creat' || WRITES.test(args) ? changes(path) : reads(path)
  }
  if (RUNS.has(name)) return pathsOf(call).slice(0, 1).flatMap(reads)
  if (CHANGES.has(name)) return pathsOf(call).flatMap(changes)
  if (LINKS.has(name)) {
    const [target, path] = pathsOf(call)
    return [...(target === undefined ? [] : reads(target)), ...(path === undefined ? [] : changes(path))]
  }
  if (name === 'prctl') return []
  if (USERS.has(name)) return isRefused ? noted('call', name) : []
  if (name === 'socket')
    return isLocal(args) || isAllowed ? [] : noted('network', `socket ${args.split(', ').slice(0, 2).join(' ')}`)
  if (SENDS.has(name)) {
    const address = addressOf(args)
    return address === null ? [] : noted('network', name === 'bind' ? `listen on ${address}` : address)
  }
  if (BEGINS.has(name)) {
    const namespaces = args.match(NAMESPACES)
    return namespaces === null ? [] : noted('call', `${name}(${namespaces.join('|')})`)
  }
  if (ONLY_REFUSED.has(name)) {
    const asked = args.split(', ')[1] ?? ''
    return isRefused && name !== 'socketpair' ? noted('call', name === 'ioctl' ? `ioctl(${asked})` : name) : []
  }
  const namespaces = name === 'unshare' || name === 'setns' ? args.match(NAMESPACES) : null
  return noted('call', namespaces === null ? name : `${name}(${namespaces.join('|')})`)
}

function isOwnToRead(path: string, { readable, writable, ownsRoot, isOwnProcess }: Given): boolean {
  const process = /^\/proc\/(\d+)(\/|$)/.exec(path)?.[1]
  if (process !== undefined) return isOwnProcess(Number(process))
  if (HARMLESS.test(path) || isBelow(path, ['/tmp', ...readable, ...writable])) return true
  return ownsRoot && !/^\/(dev|proc|sys)(\/|$)/.test(path)
}

const isOwnToWrite = (path: string, { writable }: Given): boolean =>
  OWN_TO_WRITE.test(path) || writable.some((folder) => path === folder || path.startsWith(`${folder}/`))

const isLocal = (args: string): boolean => /^AF_(UNIX|LOCAL)\b/.test(args)

/** The paths that a call names, whole: relative ones begin at the folder that the call or its process is in. */
function pathsOf({ args }: TracedCall): string[] {
  const found: string[] = []
  let last = 0
  for (const match of args.matchAll(QUOTED)) {
    const before = args.slice(last, match.index)
    last = match.index + match[0].length
    // Of execve the rest are arguments.
    if (before.includes('[')) break
    const path = unescaped(match[1] ?? '')
    const base = /(?:AT_FDCWD|\d+)<(\/[^"]*)>, $/.exec(before)?.[1]
    if (path !== '') found.push(path.startsWith('/') ? posix.normalize(path) : posix.join(base ?? '/', path))
  }
  return found.map((path) => (path.length > 1 && path.endsWith('/') ? path.slice(0, -1) : path))
}

/** Where something is sent to, or listens; null where that stays inside. */
function addressOf(args: string): string | null {
  const port = /sin6?_port=htons\((\d+)\)/.exec(args)?.[1]
  const host = /inet_addr\("([^"]*)"\)/.exec(args)?.[1] ?? /inet_pton\(AF_INET6, "([^"]*)"/.exec(args)?.[1]
  if (host !== undefined) return host.includes(':') ? `[${host}]:${port ?? '?'}` : `${host}:${port ?? '?'}`
  const local = /sun_path=(@?)"((?:[^"\\]|\\.)*)"/.exec(args)
  if (local !== null) {
    const [, abstract = '', path = ''] = local
    if (abstract === '' && (path.startsWith('/tmp/') || !path.startsWith('/'))) return null
    return `local socket ${abstract}${unescaped(path)}`
  }
  const family = /sa_family=(AF_\w+)/.exec(args)?.[1]
  return family === undefined || family === 'AF_UNIX' || family === 'AF_UNSPEC' ? null : family
}

const unescaped = (text: string): string =>
  text.replace(/\\(?:([0-7]{1,3})|x([0-9a-f]{2})|(.))/g, (_, octal?: string, hex?: string, one?: string) => {
    if (octal !== undefined) return String.fromCharCode(Number.parseInt(octal, 8))
    if (hex !== undefined) return String.fromCharCode(Number.parseInt(hex, 16))
    return one === 'n' ? '\n' : one === 't' ? '\t' : (one ?? '')
  })
