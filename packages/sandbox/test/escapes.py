"""Tries to get out, in every way we know of, and reports each try on descriptor 3: its name, whether it worked, and how it ended."""
import ctypes
import errno
import json
import mmap
import os
import platform
import resource
import socket
import struct

descriptors = {fd: os.readlink(f"/proc/self/fd/{fd}") for fd in os.listdir("/proc/self/fd") if os.path.exists(f"/proc/self/fd/{fd}")}
libc = ctypes.CDLL(None, use_errno=True)
libc.syscall.restype = ctypes.c_long
ARM = platform.machine() == "aarch64"

# Numbers on x86_64, and on aarch64.
NUMBERS = {
    "add_key": (248, 217), "bpf": (321, 280), "chroot": (161, 51), "clone": (56, 220), "clone3": (435, 435),
    "fanotify_init": (300, 262), "fsopen": (430, 430), "init_module": (175, 105), "io_uring_setup": (425, 425),
    "kcmp": (312, 272), "kexec_load": (246, 104), "keyctl": (250, 219), "landlock_create_ruleset": (444, 444),
    "lsm_list_modules": (461, 461), "memfd_secret": (447, 447), "mount": (165, 40), "mount_setattr": (442, 442),
    "move_pages": (279, 239), "name_to_handle_at": (303, 264), "open_by_handle_at": (304, 265), "open_tree": (428, 428),
    "perf_event_open": (298, 241), "pidfd_getfd": (438, 438), "pivot_root": (155, 41), "process_vm_readv": (310, 270),
    "process_vm_writev": (311, 271), "ptrace": (101, 117), "quotactl": (179, 60), "reboot": (169, 142),
    "seccomp": (317, 277), "sethostname": (170, 161), "setns": (308, 268), "settimeofday": (164, 170),
    "swapon": (167, 224), "syslog": (103, 116), "umount2": (166, 39), "unshare": (272, 97), "userfaultfd": (323, 282),
    "vmsplice": (278, 75),
}
NEWUSER, NEWNS, NEWNET, NEWPID = 0x10000000, 0x00020000, 0x40000000, 0x20000000
SIGCHLD = 17
tries = []


def attempt(name):
    """The function returns what it got hold of, or None; an OSError is a refusal too."""
    def run(function):
        try:
            got = function()
            tries.append({"name": name, "worked": got is not None, "how": str(got)[:200]})
        except OSError as error:
            tries.append({"name": name, "worked": False, "how": errno.errorcode.get(error.errno, str(error))})
        except ValueError as error:
            tries.append({"name": name, "worked": False, "how": str(error)})
    return run


def call(name, *arguments):
    result = libc.syscall(ctypes.c_long(NUMBERS[name][ARM]), *[ctypes.c_long(a) if isinstance(a, int) else a for a in arguments])
    if result == -1:
        raise OSError(ctypes.get_errno(), name)
    if name.startswith("clone") and result == 0:
        os._exit(0)
    return result


def in_child(function):
    """What a child exits with or dies of; a negative number is a signal."""
    pid = os.fork()
    if pid == 0:
        os._exit(function() or 0)
    _, status = os.waitpid(pid, 0)
    return os.waitstatus_to_exitcode(status)


for family in ("AF_INET", "AF_INET6", "AF_NETLINK", "AF_PACKET", "AF_VSOCK", "AF_ALG", "AF_BLUETOOTH", "AF_CAN"):
    attempt(f"socket {family}")(lambda: socket.socket(getattr(socket, family), socket.SOCK_DGRAM))
attempt("socket 45 (AF_MCTP)")(lambda: socket.socket(45, socket.SOCK_DGRAM))
attempt("socketpair AF_INET")(lambda: socket.socketpair(socket.AF_INET))
attempt("abstract socket of the host")(lambda: socket.socket(socket.AF_UNIX).connect("\0" + os.environ["HOST_SOCKET"]) or True)

for flag in (NEWUSER, NEWNS, NEWNET, NEWPID, NEWUSER | NEWNS):
    attempt(f"unshare {flag:#x}")(lambda: call("unshare", flag))
    attempt(f"clone {flag:#x}")(lambda: call("clone", flag | SIGCHLD, 0, 0, 0, 0))
attempt("clone3")(lambda: call("clone3", ctypes.create_string_buffer(struct.pack("<QQQQQ", NEWUSER, 0, 0, 0, SIGCHLD) + bytes(48)), 88))
attempt("setns")(lambda: call("setns", os.open("/proc/self/ns/user", os.O_RDONLY), 0))
attempt("mount tmpfs")(lambda: call("mount", b"none", b"/tmp", b"tmpfs", 0, 0) + 1)
attempt("remount /usr")(lambda: call("mount", b"none", b"/usr", 0, 32 | 4096, 0) + 1)
attempt("umount /usr")(lambda: call("umount2", b"/usr", 2) + 1)
attempt("pivot_root")(lambda: call("pivot_root", b"/tmp", b"/tmp") + 1)
attempt("chroot")(lambda: call("chroot", b"/tmp") + 1)
attempt("fsopen")(lambda: call("fsopen", b"tmpfs", 0))
attempt("open_tree")(lambda: call("open_tree", -100, b"/usr", 1))
attempt("mount_setattr")(lambda: call("mount_setattr", -100, b"/usr", 0, 0, 0) + 1)
attempt("keyctl")(lambda: call("keyctl", 0, -3, 1) + 1)
attempt("add_key")(lambda: call("add_key", b"user", b"golem", b"x", 1, -3))
attempt("bpf")(lambda: call("bpf", 0, ctypes.create_string_buffer(128), 128))
attempt("io_uring_setup")(lambda: call("io_uring_setup", 8, ctypes.create_string_buffer(128)))
attempt("userfaultfd")(lambda: call("userfaultfd", 1))
attempt("perf_event_open")(lambda: call("perf_event_open", ctypes.create_string_buffer(128), 0, -1, -1, 0))
attempt("ptrace traceme")(lambda: call("ptrace", 0, 0, 0, 0) + 1)
attempt("process_vm_readv")(lambda: call("process_vm_readv", 1, 0, 0, 0, 0, 0) + 1)
attempt("pidfd_getfd")(lambda: call("pidfd_getfd", os.pidfd_open(os.getpid()), 0, 0) + 1)
attempt("kcmp")(lambda: call("kcmp", os.getpid(), 1, 0, 0, 0) + 1)
attempt("open_by_handle_at")(lambda: call("open_by_handle_at", 0, 0, 0))
attempt("name_to_handle_at")(lambda: call("name_to_handle_at", -100, b"/", ctypes.create_string_buffer(64), 0, 0))
for name in ("fanotify_init", "init_module", "kexec_load", "landlock_create_ruleset", "lsm_list_modules", "memfd_secret",
             "move_pages", "quotactl", "reboot", "seccomp", "sethostname", "settimeofday", "swapon", "syslog", "vmsplice"):
    attempt(name)(lambda: call(name, 0, 0, 0, 0, 0) + 1)

if not ARM:
    def old_call():
        # mov eax, 20 (getpid of 32-bit programs); int 0x80; ret
        code = mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
        code.write(b"\xb8\x14\x00\x00\x00\xcd\x80\xc3")
        return 0 if ctypes.CFUNCTYPE(ctypes.c_int)(ctypes.addressof(ctypes.c_char.from_buffer(code)))() > 0 else 1
    attempt("a call of 32-bit programs")(lambda: "it returned a pid" if in_child(old_call) == 0 else None)
    def x32_call():
        return 0 if libc.syscall(ctypes.c_long(0x40000000 + 39)) > 0 else 1
    attempt("a call of x32 programs")(lambda: "it returned a pid" if in_child(x32_call) == 0 else None)

attempt("push keys into a terminal")(lambda: libc.ioctl(0, 0x5412, b"x") == 0 or None)
attempt("character device")(lambda: os.mknod("/tmp/device", 0o600 | 0o020000, os.makedev(1, 1)) or True)
attempt("become root")(lambda: os.setuid(0) or True)
attempt("root's group")(lambda: os.setgid(0) or True)
attempt("raise a limit")(lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (1_000_000, 1_000_000)) or True)
attempt("dump core")(lambda: resource.setrlimit(resource.RLIMIT_CORE, (1, 1)) or True)
attempt("hide from the host's OOM killer")(lambda: open("/proc/self/oom_score_adj", "wb", buffering=0).write(b"-1000"))

for path in ("/etc/shadow", "/etc/ssl", "/etc/ssh", "/root", "/home", "/var", "/run", "/sys/kernel", "/boot", "/work", "/mnt", "/media",
             "/proc/kcore", "/proc/keys", "/proc/kallsyms", "/proc/cmdline", "/proc/sched_debug",
             "/dev/kmsg", "/dev/mem", "/dev/kvm", "/dev/fuse", "/dev/vda", "/dev/vsock", "/dev/net/tun", "/dev/tty",
             os.environ["HOST_SECRET"]):
    def read(path=path):
        if os.path.isdir(path):
            return os.listdir(path) or None
        with open(path, "rb") as file:
            return file.read(1) or None
    attempt(f"read {path}")(read)

for path in ("/x", "/usr/x", "/usr/bin/env", "/etc/passwd", "/etc/x", "/in/x", "/in/given", "/dev/x", "/bin/x",
             "/proc/sys/kernel/core_pattern", "/proc/sys/kernel/hostname", "/proc/sysrq-trigger"):
    attempt(f"write {path}")(lambda: open(path, "r+b" if os.path.exists(path) else "wb"))
attempt("change what is given")(lambda: os.chmod("/in/given", 0o777) or True)
attempt("hard link from /in to /out")(lambda: os.link("/in/given", "/out/given") or True)
attempt("own a set-uid file of root's")(lambda: os.chown("/out", 0, 0) or True)

pids = sorted(int(name) for name in os.listdir("/proc") if name.isdigit())
attempt("see processes of the host")(lambda: [pid for pid in pids if pid not in (1, os.getpid())] or None)
attempt("descriptors of the daemon")(lambda: {fd: to for fd, to in descriptors.items() if int(fd) > 3} or None)
attempt("map more ids")(lambda: open("/proc/self/uid_map", "wb", buffering=0).write(b"0 0 1"))
status = dict(line.split(":\t", 1) for line in open("/proc/self/status").read().splitlines() if ":\t" in line)
facts = {
    "capabilities": [status[name] for name in ("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb")],
    "noNewPrivileges": status["NoNewPrivs"], "seccomp": status["Seccomp"], "uid": os.getuid(), "gid": os.getgid(),
    "groups": os.getgroups(), "environment": sorted(os.environ), "root": sorted(os.listdir("/")),
    "dev": sorted(os.listdir("/dev")), "hostname": socket.gethostname(),
    "interfaces": [line.split(":")[0].strip() for line in open("/proc/net/dev").read().splitlines()[2:]],
}
os.write(3, json.dumps({"tries": tries, "facts": facts}).encode() + b"\n")
