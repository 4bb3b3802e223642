import { expect, it } from 'vitest'
import { createObserver } from './observer.ts'

const GIVEN = { readable: ['/usr', '/in', '/out'], writable: ['/out'], ownsRoot: false }
const BEGIN = [
  '6     openat(AT_FDCWD</>, "/root/config", O_RDONLY) = 3</root/config>',
  '6     seccomp(SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_TSYNC, NULL) = -1 EFAULT (Bad address)',
  '9     mount("none", "/", NULL, MS_REC, NULL) = 0',
  '9     seccomp(SECCOMP_SET_MODE_FILTER, 0, {len=319, filter=0x1} <unfinished ...>',
  '6     socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE) = 5<socket:[1]>',
  '9     <... seccomp resumed>)            = 0',
  '9     execve("/usr/bin/python3", ["/usr/bin/python3", "-c", "open(\\"/root/x\\")"], 0x1 /* 3 vars */ <unfinished ...>',
  '9     <... execve resumed>)             = 0',
]
const observe = (...lines: string[]) => {
  const observer = createObserver(GIVEN)
  for (const line of [...BEGIN, ...lines]) observer.take(line)
  return observer.observed()
}
const whatOf = (...lines: string[]) => observe(...lines).attempts.map(({ kind, what }) => `${kind} ${what}`)

it('takes what the runtime does before and beside the program for none of its own', () => {
  expect(observe('6     openat(AT_FDCWD</>, "/etc/shadow", O_RDONLY) = 4</etc/shadow>')).toEqual({
    attempts: [],
    untold: 0,
    processes: { started: 1, atMost: 1, refused: 0 },
  })
})

it('puts together what others came between, and tells what was refused', () => {
  const { attempts } = observe(
    '9     openat(AT_FDCWD</>, "/etc/shadow", O_RDONLY <unfinished ...>',
    '6     wait4(9,  <unfinished ...>',
    '9     <... openat resumed>) = -1 ENOENT (No such file or directory)',
    '9     openat(AT_FDCWD</>, "/etc/shadow", O_RDONLY) = 3</etc/shadow>',
  )
  expect(attempts).toEqual([{ kind: 'read', what: '/etc/shadow', times: 2, allowed: 1 }])
})

it('follows processes by their numbers outside, also where they speak before their parent is told of them', () => {
  const { attempts, processes } = observe(
    '9     clone(child_stack=NULL, flags=CLONE_CHILD_SETTID|SIGCHLD <unfinished ...>',
    '21    ptrace(PTRACE_ATTACH, 1) = -1 ENOSYS (Function not implemented)',
    "9     <... clone resumed>, child_tidptr=0x7) = 2 /* 21 in strace's PID NS */",
    '6     clone(child_stack=NULL, flags=SIGCHLD) = 30',
    '30    openat(AT_FDCWD</>, "/root", O_RDONLY) = 3</root>',
    '21    +++ exited with 0 +++',
    "9     vfork() = 3 /* 22 in strace's PID NS */",
    '9     fork() = -1 EAGAIN (Resource temporarily unavailable)',
  )
  expect(attempts).toEqual([{ kind: 'call', what: 'ptrace', times: 1, allowed: 0 }])
  expect(processes).toEqual({ started: 3, atMost: 2, refused: 1 })
})

it('tells where paths lead that are relative, or go up', () => {
  expect(
    whatOf(
      '9     openat(AT_FDCWD</out>, "../root/a", O_RDONLY) = -1 ENOENT (No such file or directory)',
      '9     openat(4</in>, "b", O_RDONLY) = 5</in/b>',
      '9     openat(4</in>, "c", O_WRONLY|O_CREAT, 0666) = -1 EROFS (Read-only file system)',
      '9     openat(AT_FDCWD</>, "/in/../home/d\\"e", O_RDONLY) = -1 ENOENT (No such file or directory)',
      '9     rename("/out/a", "/etc/cron.d/a") = -1 EXDEV (Invalid cross-device link)',
      '9     symlink("/etc/passwd", "/out/link") = 0',
    ),
  ).toEqual(['read /root/a', 'read /home/d"e', 'read /etc/passwd', 'write /in/c', 'write /etc/cron.d/a'])
})

it('tells its own processes from others by how it sees them itself', () => {
  const own = "9     clone(child_stack=NULL, flags=SIGCHLD) = 7 /* 40 in strace's PID NS */"
  const look = (pid: number) => `9     openat(AT_FDCWD</>, "/proc/${pid}/mem", O_RDONLY) = 3</proc/${pid}/mem>`
  expect(whatOf(own, look(1), look(7), look(40))).toEqual(['read /proc/40/mem'])
})

it('tells of networks by where they lead, and of local sockets beside its own', () => {
  expect(
    whatOf(
      '9     socket(AF_INET, SOCK_STREAM, IPPROTO_IP) = 3<socket:[5]>',
      '9     connect(3<socket:[5]>, {sa_family=AF_INET, sin_port=htons(443), sin_addr=inet_addr("203.0.113.9")}, 16) = -1 ENETUNREACH (Network is unreachable)',
      '9     socket(AF_INET6, SOCK_DGRAM, IPPROTO_IP) = -1 EAFNOSUPPORT (Address family not supported by protocol)',
      '9     connect(4<socket:[6]>, {sa_family=AF_UNIX, sun_path="/run/docker.sock"}, 110) = -1 ENOENT (No such file or directory)',
      '9     connect(4<socket:[6]>, {sa_family=AF_UNIX, sun_path="/tmp/own"}, 110) = 0',
      '9     connect(4<socket:[6]>, {sa_family=AF_UNIX, sun_path=@"other"}, 110) = -1 ECONNREFUSED (Connection refused)',
    ),
  ).toEqual([
    'network 203.0.113.9:443',
    'network socket AF_INET6 SOCK_DGRAM',
    'network local socket /run/docker.sock',
    'network local socket @other',
  ])
})
