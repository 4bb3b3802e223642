"""Ways out of a sandbox, each a function that returns what it got hold of, or raises. `attacks.py` runs those named in ATTACKS
(all, where none are) and writes `{"name", "got", "how"}` as JSON lines to descriptor 3. The same file runs outside, to show
that each of them works where nothing stops it; a test tells both what there is to get, by variables."""
import ctypes
import errno
import json
import mmap
import os
import platform
import resource
import signal
import socket
import stat
import struct
import subprocess
import sys
import time

libc = ctypes.CDLL(None, use_errno=True)
libc.syscall.restype = ctypes.c_long
ARM = platform.machine() == "aarch64"
HERE = os.environ
NEWNS, NEWCGROUP, NEWUTS, NEWIPC, NEWUSER, NEWPID, NEWNET, NEWTIME = (
    0x20000, 0x2000000, 0x4000000, 0x8000000, 0x10000000, 0x20000000, 0x40000000, 0x80)

# Numbers on x86_64, and on aarch64.
NUMBERS = {
    "acct": (163, 89), "add_key": (248, 217), "bpf": (321, 280), "chroot": (161, 51), "clone": (56, 220), "clone3": (435, 435),
    "fanotify_init": (300, 262), "fsopen": (430, 430), "init_module": (175, 105), "io_uring_setup": (425, 425),
    "iopl": (172, None), "kcmp": (312, 272), "kexec_load": (246, 104), "keyctl": (250, 219), "memfd_secret": (447, 447),
    "mount": (165, 40), "mount_setattr": (442, 442), "move_pages": (279, 239), "name_to_handle_at": (303, 264),
    "open_by_handle_at": (304, 265), "open_tree": (428, 428), "perf_event_open": (298, 241), "pidfd_getfd": (438, 438),
    "pivot_root": (155, 41), "process_vm_readv": (310, 270), "process_vm_writev": (311, 271), "ptrace": (101, 117),
    "reboot": (169, 142), "request_key": (249, 218), "sethostname": (170, 161), "setns": (308, 268), "swapon": (167, 224),
    "syslog": (103, 116), "umount2": (166, 39), "unshare": (272, 97), "userfaultfd": (323, 282), "vhangup": (153, 58),
    "mq_open": (240, 180),
}
SIGCHLD = 17
attacks = {}


def attack(name):
    def keep(function):
        attacks[name] = function
        return function
    return keep


def call(name, *arguments):
    number = NUMBERS[name][ARM]
    if number is None:
        raise OSError(errno.ENOSYS, name)
    given = [ctypes.c_long(each) if isinstance(each, int) else each for each in arguments]
    result = libc.syscall(ctypes.c_long(number), *given)
    if result == -1:
        raise OSError(ctypes.get_errno(), name)
    if name.startswith("clone") and result == 0:
        os._exit(0)
    return result


def may_call(name, *arguments):
    """The kernel looked at the arguments instead of refusing the caller: what would do harm is asked with nonsense."""
    try:
        call(name, *arguments)
    except OSError as error:
        if error.errno not in (errno.EFAULT, errno.EINVAL, errno.ENOENT, errno.ENOEXEC, errno.EBADF, errno.ESRCH):
            raise
        return f"answered {errno.errorcode[error.errno]} to nonsense"
    return "allowed"


def refuse(number=errno.ENOSYS):
    raise OSError(number, os.strerror(number))


def first(path, size=16):
    with open(path, "rb", buffering=0) as file:
        return file.read(size) or None


def in_child(function):
    """What a child got, through a pipe; it may change itself as it likes."""
    read, write = os.pipe()
    pid = os.fork()
    if pid == 0:
        try:
            got = function()
            os.write(write, b"" if got is None else str(got).encode()[:2000])
        except OSError as error:
            os.write(write, b"!%d" % (error.errno or 0))
        except ValueError as error:
            # What Python makes of EPERM from setrlimit.
            os.write(write, b"!1" if "not allowed" in str(error) else b"!0" + repr(error).encode()[:2000])
        except BaseException as error:
            os.write(write, b"!0" + repr(error).encode()[:2000])
        os._exit(0)
    os.close(write)
    got = os.read(read, 4000).decode()
    os.close(read)
    os.waitpid(pid, 0)
    if got.startswith("!"):
        number = int(got[1:]) if got[1:].isdigit() else 0
        raise OSError(number, os.strerror(number) if number else got[2:])
    return got or None


# The host's files ------------------------------------------------------------------------------------------------------------

@attack("read a file of the daemon's home by its path")
def _(): return HERE["MARK"] in open(HERE["HOST_FILE"]).read() and "the file" or None
@attack("read another subtask's output by its path")
def _(): return HERE["MARK"] in open(HERE["OTHER_FILE"]).read() and "the file" or None
@attack("read /etc/shadow")
def _(): return first("/etc/shadow")
@attack("read /etc/shadow by .. from /in")
def _(): return first(HERE["IN"] + "/.." * 12 + "/etc/shadow")
@attack("list /root")
def _(): return os.listdir("/root")
@attack("list /var/lib")
def _(): return os.listdir("/var/lib")
@attack("follow a link in /in to a host's file")
def _(): return HERE["MARK"] in open(HERE["IN"] + "/link").read() and "the file" or None
@attack("hard-link a host's file into /out")
def _():
    os.link(HERE["HOST_FILE"], HERE["OUT"] + "/linked")
    os.unlink(HERE["OUT"] + "/linked")
    return "a link"
@attack("change a file that is lent read-only")
def _(): return os.chmod(HERE["IN"] + "/given", 0o666) or "changed its mode"
@attack("write into the host's /usr")
def _():
    path = "/usr/golem-escape"
    open(path, "w").close()
    os.unlink(path)
    return "made a file"
@attack("open a file by handle, past every mount")
def _():
    handle = ctypes.create_string_buffer(struct.pack("<II", 128, 0) + bytes(128))
    mount_id = ctypes.c_int()
    call("name_to_handle_at", -100, HERE["IN"].encode() + b"/given", handle, ctypes.addressof(mount_id), 0)
    at = os.open(HERE["IN"], os.O_RDONLY)
    return f"descriptor {call('open_by_handle_at', at, handle, os.O_RDONLY)}"
@attack("use a descriptor that the daemon left open")
def _():
    for name in os.listdir("/proc/self/fd"):
        if int(name) > 3 and HERE["MARK"] in os.path.basename(os.path.dirname(os.readlink(f"/proc/self/fd/{name}"))):
            return os.readlink(f"/proc/self/fd/{name}")
    return None
@attack("read the disk's raw device")
def _():
    for line in open("/proc/partitions").read().splitlines()[2:]:
        path = "/dev/" + line.split()[3]
        if os.path.exists(path):
            return first(path, 512) and path
    return None
@attack("make a device node and read the disk by it")
def _():
    major, minor = (int(each) for each in open("/proc/partitions").read().splitlines()[2].split()[:2])
    path = HERE["OUT"] + "/disk"
    os.mknod(path, 0o600 | stat.S_IFBLK, os.makedev(major, minor))
    try:
        return f"{len(first(path, 512))} bytes"
    finally:
        os.unlink(path)
@attack("make a character device node")
def _():
    path = HERE["OUT"] + "/zero"
    os.mknod(path, 0o600 | stat.S_IFCHR, os.makedev(1, 5))
    os.unlink(path)
    return "a node"
@attack("read the kernel's memory by /proc/kcore")
def _(): return first("/proc/kcore", 4)
@attack("read the kernel's log by /dev/kmsg")
def _():
    descriptor = os.open("/dev/kmsg", os.O_RDONLY | os.O_NONBLOCK)
    return os.read(descriptor, 8192)[:20]
@attack("read the kernel's log by syslog")
def _(): return call("syslog", 10, 0, 0)
@attack("read the kernel's addresses")
def _():
    return next((line for line in open("/proc/kallsyms") if not line.startswith("0000000000000000")), None)
@attack("read the host's command line by /proc/cmdline")
def _(): return first("/proc/cmdline")
@attack("see the host's network devices by /sys")
def _(): return [name for name in os.listdir("/sys/class/net") if name != "lo"] or None
@attack("see the host's name")
def _(): return socket.gethostname() == HERE["HOST_NAME"] and HERE["HOST_NAME"] or None

# Other processes --------------------------------------------------------------------------------------------------------------

victim = int(HERE.get("HOST_PID", "0"))


@attack("read the environment of a host's process")
def _(): return HERE["MARK"].encode() in open(f"/proc/{victim}/environ", "rb").read() and "it" or None
@attack("read the memory of a host's process")
def _():
    line = next(line for line in open(f"/proc/{victim}/maps") if "[stack]" in line)
    with open(f"/proc/{victim}/mem", "rb", buffering=0) as file:
        file.seek(int(line.split("-")[0], 16))
        return f"{len(file.read(64))} bytes"
@attack("read it by process_vm_readv")
def _():
    line = next(line for line in open(f"/proc/{victim}/maps") if "[stack]" in line)
    into = ctypes.create_string_buffer(64)
    mine = ctypes.create_string_buffer(struct.pack("<QQ", ctypes.addressof(into), 64))
    theirs = ctypes.create_string_buffer(struct.pack("<QQ", int(line.split("-")[0], 16), 64))
    return f"{call('process_vm_readv', victim, mine, 1, theirs, 1, 0)} bytes"
@attack("walk into the host's root by /proc/PID/root")
def _(): return os.listdir(f"/proc/{victim}/root/root")
@attack("read the host's mounts by a process of it")
def _(): return open(f"/proc/{victim}/mountinfo").readline().strip()
@attack("attach to a host's process by ptrace")
def _():
    call("ptrace", 16, victim, 0, 0)
    os.waitpid(victim, 0x40000000)
    call("ptrace", 17, victim, 0, 0)
    return "attached"
@attack("trace a child of its own")
def _():
    pid = os.fork()
    if pid == 0:
        time.sleep(10)
        os._exit(0)
    try:
        call("ptrace", 16, pid, 0, 0)
        return "attached"
    finally:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
@attack("signal a host's process")
def _(): return os.kill(victim, signal.SIGCONT) or "sent"
@attack("signal it by its descriptor")
def _():
    descriptor = os.pidfd_open(victim)
    return signal.pidfd_send_signal(descriptor, signal.SIGCONT) or "sent"
@attack("take a descriptor of a host's process")
def _(): return call("pidfd_getfd", os.pidfd_open(victim), 0, 0)
@attack("slow a host's process down")
def _(): return os.setpriority(os.PRIO_PROCESS, victim, os.getpriority(os.PRIO_PROCESS, victim)) or "set"
@attack("change a host's process's limits")
def _(): return resource.prlimit(victim, resource.RLIMIT_NOFILE)
@attack("enter a host's mount namespace")
def _():
    def enter():
        call("setns", os.open(f"/proc/{victim}/ns/mnt", os.O_RDONLY), NEWNS)
        return "entered"
    return in_child(enter)
@attack("see the host's processes")
def _(): return str(victim) in os.listdir("/proc") and "the victim" or None
@attack("outlive its sandbox in a session of its own")
def _():
    # What is left of it is looked for by the test.
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            for number in range(1, 32):
                if number not in (signal.SIGKILL, signal.SIGSTOP):
                    signal.signal(number, signal.SIG_IGN)
            for name in os.listdir("/proc/self/fd"):
                try:
                    os.close(int(name))
                except OSError:
                    pass
            os.execv(sys.executable, [sys.executable, "-c", "import time; time.sleep(120)", HERE["MARK"] + "-daemon"])
        os._exit(0)
    return "began"

# Sockets ----------------------------------------------------------------------------------------------------------------------

def connected(family, address):
    with socket.socket(family, socket.SOCK_STREAM) as one:
        one.settimeout(2)
        one.connect(address)
        return "connected"


def family_of(number, kind=socket.SOCK_DGRAM, protocol=0):
    socket.socket(number, kind, protocol).close()
    return "a socket"


@attack("connect to a port of the host by IPv4")
def _(): return connected(socket.AF_INET, ("127.0.0.1", int(HERE["HOST_PORT"])))
@attack("connect to a port of the host by IPv6")
def _(): return connected(socket.AF_INET6, ("::1", int(HERE["HOST_PORT6"])))
@attack("connect to an abstract local socket of the host")
def _(): return connected(socket.AF_UNIX, "\0" + HERE["HOST_ABSTRACT"])
@attack("connect to a local socket of the host by its path")
def _(): return connected(socket.AF_UNIX, HERE["HOST_SOCKET"])
@attack("listen on IPv4 for a neighbour")
def _():
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as one:
        one.bind(("127.0.0.1", 0))
        one.listen()
        return "listens"
@attack("send by UDP")
def _():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as one:
        return one.sendto(b"x", ("127.0.0.1", int(HERE["HOST_PORT"])))
@attack("send raw IP (ICMP)")
def _(): return family_of(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP)
@attack("ask the kernel by AF_NETLINK")
def _(): return family_of(socket.AF_NETLINK, socket.SOCK_RAW)
@attack("see every packet by AF_PACKET")
def _(): return family_of(socket.AF_PACKET, socket.SOCK_RAW, 0x300)
@attack("reach the hypervisor by AF_VSOCK, which no network namespace stops")
def _(): return family_of(socket.AF_VSOCK, socket.SOCK_STREAM)
@attack("use the kernel's cryptography by AF_ALG")
def _(): return family_of(socket.AF_ALG, socket.SOCK_SEQPACKET)
@attack("use AF_BLUETOOTH")
def _(): return family_of(31, socket.SOCK_RAW, 1)
@attack("use AF_CAN")
def _(): return family_of(29, socket.SOCK_RAW, 1)
@attack("use AF_XDP")
def _(): return family_of(44, socket.SOCK_RAW)
@attack("use AF_TIPC")
def _(): return family_of(30, socket.SOCK_RDM)
@attack("use AF_KEY")
def _(): return family_of(15, socket.SOCK_RAW, 2)
@attack("use AF_QIPCRTR")
def _(): return family_of(42)

# Namespaces and mounts --------------------------------------------------------------------------------------------------------

for name, flag in {"user": NEWUSER, "mount": NEWNS, "network": NEWNET, "pid": NEWPID, "ipc": NEWIPC, "uts": NEWUTS,
                   "cgroup": NEWCGROUP, "time": NEWTIME}.items():
    @attack(f"make a {name} namespace by unshare")
    def _(flag=flag): return in_child(lambda: call("unshare", flag) or "made")
@attack("make a user namespace by clone")
def _():
    pid = call("clone", NEWUSER | SIGCHLD, 0, 0, 0, 0)
    os.waitpid(pid, 0)
    return "made"
@attack("make a user namespace by clone3")
def _():
    pid = call("clone3", ctypes.create_string_buffer(struct.pack("<QQQQQ", NEWUSER, 0, 0, 0, SIGCHLD) + bytes(48)), 88)
    os.waitpid(pid, 0)
    return "made"
# Outside each runs in a mount namespace of its own, so that the host keeps its mounts.
@attack("mount a tmpfs")
def _(): return call("mount", b"none", b"/tmp", b"tmpfs", 0, 0) + 1
@attack("mount /proc anew")
def _(): return call("mount", b"proc", b"/mnt", b"proc", 0, 0) + 1
@attack("bind /usr onto /tmp")
def _(): return call("mount", b"/usr", b"/tmp", 0, 4096, 0) + 1
@attack("make a read-only mount writable")
def _(): return call("mount", b"none", HERE["RO_MOUNT"].encode(), 0, 32 | 4096, 0) + 1
@attack("unmount what hides the host's files")
def _(): return call("umount2", HERE["RO_MOUNT"].encode(), 2) + 1
@attack("change the root by pivot_root")
def _(): return may_call("pivot_root", b"/no", b"/no")
@attack("change the root by chroot")
def _(): return in_child(lambda: call("chroot", b"/tmp") + 1)
@attack("mount by fsopen")
def _(): return f"descriptor {call('fsopen', b'tmpfs', 0)}"
@attack("clone a mount by open_tree")
def _(): return f"descriptor {call('open_tree', -100, b'/usr', 1)}"
@attack("change a mount by mount_setattr")
def _(): return call("mount_setattr", -100, HERE["RO_MOUNT"].encode(), 0, ctypes.create_string_buffer(struct.pack("<QQQQ", 0, 1, 0, 0)), 32) + 1

# The kernel's other doors -----------------------------------------------------------------------------------------------------

@attack("read keys of the session by keyctl")
def _(): return call("keyctl", 0, -3, 1)
@attack("keep a key in the kernel by add_key")
def _(): return call("add_key", b"user", b"golem-escape", b"x", 1, -2)
@attack("ask for a key by request_key")
def _(): return may_call("request_key", 0, 0, 0, 0)
@attack("load a program into the kernel by bpf")
def _(): return f"map {call('bpf', 0, ctypes.create_string_buffer(struct.pack('<IIIII', 2, 4, 4, 1, 0) + bytes(108)), 128)}"
@attack("use io_uring, which no filter of calls sees")
def _(): return f"descriptor {call('io_uring_setup', 8, ctypes.create_string_buffer(128))}"
@attack("hold the kernel up by userfaultfd")
def _(): return f"descriptor {call('userfaultfd', 1)}"
@attack("watch the machine by perf_event_open")
def _():
    attributes = struct.pack("<IIQQQQQ", 1, 112, 1, 0, 0, 0, 1 << 5) + bytes(72)
    return f"descriptor {call('perf_event_open', ctypes.create_string_buffer(attributes), 0, -1, -1, 0)}"
@attack("watch the host's files by fanotify")
def _(): return f"descriptor {call('fanotify_init', 0, 0)}"
@attack("load a kernel module")
def _(): return may_call("init_module", 0, 0, 0)
@attack("load another kernel by kexec")
def _(): return may_call("kexec_load", 0, 10**6, 0, 0)
@attack("reboot the machine")
def _(): return may_call("reboot", 1, 2, 3, 0)
@attack("swap to a file")
def _(): return may_call("swapon", b"/no/such/file", 0)
@attack("log every process's end by acct")
def _(): return may_call("acct", b"/no/such/file")
@attack("rename the host")
def _(): return in_child(lambda: call("sethostname", socket.gethostname().encode(), len(socket.gethostname())) + 1)
@attack("talk to devices' ports by iopl")
def _(): return in_child(lambda: call("iopl", 3) + 1)
@attack("hang up the terminal of the host")
def _(): return in_child(lambda: os.setsid() or call("vhangup") + 1)
@attack("push keys into a terminal")
def _():
    def push():
        os.setsid()
        _, terminal = os.openpty()
        if libc.ioctl(terminal, 0x540E, 0) == -1 or libc.ioctl(terminal, 0x5412, b"x") == -1:
            raise OSError(ctypes.get_errno(), "TIOCSTI")
        return "pushed"
    return in_child(push)
@attack("make a queue of messages that outlives it")
def _():
    descriptor = call("mq_open", b"golem-escape", os.O_CREAT | os.O_RDWR, 0o600, 0)
    libc.syscall(ctypes.c_long(241 if not ARM else 181), b"golem-escape")
    return f"descriptor {descriptor}"
if not ARM:
    @attack("make calls of 32-bit programs, which a filter of 64-bit ones does not know")
    def _():
        def old_call():
            # mov eax, 20 (getpid of 32-bit programs); int 0x80; ret
            code = mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
            code.write(b"\xb8\x14\x00\x00\x00\xcd\x80\xc3")
            return ctypes.CFUNCTYPE(ctypes.c_int)(ctypes.addressof(ctypes.c_char.from_buffer(code)))()
        return int(in_child(old_call) or refuse()) > 0 and "a pid" or None
    @attack("make calls of x32 programs")
    def _(): return int(in_child(lambda: libc.syscall(ctypes.c_long(0x40000000 + 39))) or refuse()) > 0 and "a pid" or refuse()

# /proc and /sys ---------------------------------------------------------------------------------------------------------------

for path in ("/proc/sys/kernel/core_pattern", "/proc/sysrq-trigger", "/proc/sys/kernel/hostname", "/proc/sys/vm/overcommit_memory",
             "/proc/sys/kernel/modprobe", "/proc/sys/fs/binfmt_misc", "/sys/kernel/uevent_helper", "/dev/mem", "/dev/fuse",
             "/dev/net/tun", "/dev/kvm", "/dev/loop-control"):
    @attack(f"open {path} for writing")
    def _(path=path):
        if os.path.isdir(path):
            return os.access(path, os.W_OK) and "may write" or None
        os.close(os.open(path, os.O_WRONLY))
        return "opened"
@attack("leave its control group")
def _():
    for tree in ("memory", "pids", "unified", ""):
        path = f"/sys/fs/cgroup/{tree}/cgroup.procs"
        if os.path.exists(path):
            os.close(os.open(path, os.O_WRONLY))
            return path
    return None
@attack("make a control group of its own")
def _():
    for tree in ("memory", "pids", "unified", ""):
        path = f"/sys/fs/cgroup/{tree}/golem-escape"
        if os.path.isdir(os.path.dirname(path)):
            os.mkdir(path)
            os.rmdir(path)
            return path
    return None
@attack("run a program as root by a control group's release_agent")
def _():
    os.close(os.open("/sys/fs/cgroup/memory/release_agent", os.O_WRONLY))
    return "opened"
@attack("hide from the kernel's killer when memory is short")
def _(): return in_child(lambda: open("/proc/self/oom_score_adj", "wb", buffering=0).write(b"-1000"))
@attack("map more user ids")
def _():
    def more():
        call("unshare", NEWUSER)
        return open("/proc/self/uid_map", "wb", buffering=0).write(b"0 0 1")
    return in_child(more)

# Privileges -------------------------------------------------------------------------------------------------------------------

@attack("become root by a set-uid program")
def _():
    # Outside it begins as nobody, as a program that was not lent more would.
    def run():
        if os.getuid() == 0:
            os.setresgid(65534, 65534, 65534)
            os.setresuid(65534, 65534, 65534)
        return subprocess.run([HERE["IN"] + "/set-uid", "-u"], capture_output=True, text=True).stdout.strip()
    return in_child(run) == "0" and "uid 0" or None
@attack("become root by setuid")
def _(): return in_child(lambda: os.setresuid(0, 0, 0) or f"uid {os.geteuid()}")
@attack("give a program to root, set-uid")
def _():
    path = HERE["OUT"] + "/mine"
    open(path, "w").close()
    try:
        os.chown(path, 0, 0)
        os.chmod(path, 0o4755)
        return "root's, set-uid"
    finally:
        os.unlink(path)
@attack("raise its limit of open files")
def _(): return in_child(lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (900_000, 900_000)) or "raised")
@attack("dump core")
def _(): return in_child(lambda: resource.setrlimit(resource.RLIMIT_CORE, (10**6, 10**6)) or "allowed")
@attack("come before all other processes (nice -20)")
def _(): return in_child(lambda: os.setpriority(os.PRIO_PROCESS, 0, -20) or "first")
@attack("come before all other processes (real time)")
def _(): return in_child(lambda: os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(50)) or "first")
@attack("gain capabilities")
def _():
    status = dict(line.split(":\t", 1) for line in open("/proc/self/status") if ":\t" in line)
    return int(status["CapEff"], 16) | int(status["CapBnd"], 16) and status["CapEff"].strip() or None


def run(name):
    read, write = os.pipe()
    pid = os.fork()
    if pid == 0:
        try:
            if "OUTSIDE" in HERE:
                call("unshare", NEWNS)
            got = attacks[name]()
            answer = {"got": got is not None, "how": "nothing there" if got is None else str(got)[:120]}
        except OSError as error:
            answer = {"got": False, "how": errno.errorcode.get(error.errno, str(error.strerror or error))[:120]}
        except BaseException as error:
            answer = {"got": False, "how": repr(error)[:120]}
        os.write(write, json.dumps(answer).encode())
        os._exit(0)
    os.close(write)
    signal.signal(signal.SIGALRM, lambda *_: os.kill(pid, signal.SIGKILL))
    signal.alarm(10)
    text = os.read(read, 10_000)
    os.waitpid(pid, 0)
    signal.alarm(0)
    os.close(read)
    return json.loads(text) if text else {"got": False, "how": "it was killed"}


wanted = json.loads(HERE["ATTACKS"]) if "ATTACKS" in HERE else list(attacks)
for name in wanted:
    os.write(3, json.dumps({"name": name, **run(name)}).encode() + b"\n")
