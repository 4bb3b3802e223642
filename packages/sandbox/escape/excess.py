"""Takes more than it was given, or leaves what is no result: the act named in argv, in the folder of the second argument.
Says `{"name": "took"}` on descriptor 3 once it has what it should not have. Outside and inside it is the same program."""
import os
import signal
import socket
import subprocess
import sys
import time

act, out = sys.argv[1], sys.argv[2]
at = lambda name: os.path.join(out, name)
acts = {}


def does(name):
    def keep(function):
        acts[name] = function
        return function
    return keep


def write(path, size):
    with open(path, "wb") as file:
        file.write(bytes(size))


# More than it was given ---------------------------------------------------------------------------------------------
@does("take 200 MB of memory, of 64")
def _(): return bytearray(os.urandom(1) * 200_000_000)
@does("take it in a child, which its parent only sees go")
def _():
    if subprocess.run([sys.executable, "-c", "x = bytearray(b'x' * 200_000_000)"]).returncode: os._exit(3)
@does("take it as a file in /tmp or /dev/shm")
def _(): write("/dev/shm/golem-excess", 200_000_000); os.unlink("/dev/shm/golem-excess")
@does("start 60 processes, of 40: a fork bomb's beginning")
def _():
    children = []
    for _ in range(60):
        pid = os.fork()
        if pid == 0:
            time.sleep(30)
            os._exit(0)
        children.append(pid)
    for pid in children:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
@does("write one file of 2 MB, of 1")
def _(): write(at("one"), 2_000_000)
@does("write 9 MB in all, of 4, in files that are small enough")
def _():
    for name in range(10): write(at(f"part-{name}"), 900_000)
    time.sleep(3)
@does("hold 40 MB of files that are deleted and still open")
def _():
    held = []
    for _ in range(50):
        held.append(open(at("x"), "wb"))
        os.unlink(at("x"))
        held[-1].write(bytes(800_000))
        held[-1].flush()
    time.sleep(3)
@does("make 2,000 files and folders, of 8")
def _():
    for name in range(2_000): os.mkdir(at(f"{name}"))
    time.sleep(3)
@does("print 20 MB of log, of 1")
def _():
    for _ in range(2_000): os.write(2, b"x" * 10_000)
@does("go on after SIGTERM, when its time is over")
def _():
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    os.kill(os.getpid(), signal.SIGTERM)
    os.write(3, b'{"name": "time is over"}\n')
    time.sleep(3)

# What it leaves as its result ---------------------------------------------------------------------------------------
@does("a link to a host's file")
def _(): os.symlink("/etc/hostname", at("x"))
@does("a link to the root folder")
def _(): os.symlink("/", at("x"))
@does("a file with two names")
def _(): write(at("x"), 1); os.link(at("x"), at("y"))
@does("a FIFO, on which a reader waits for ever")
def _(): os.mkfifo(at("x"))
@does("a socket")
def _(): socket.socket(socket.AF_UNIX).bind(at("x"))
@does("a device")
def _(): os.mknod(at("x"), 0o20600, os.makedev(1, 5))
@does("a giant of 1 TB that takes no room")
def _(): os.truncate(os.open(at("x"), os.O_CREAT | os.O_WRONLY), 10 ** 12)
@does("a name with a line end")
def _(): write(at("a\nb"), 1)
@does("a name that moves a terminal's cursor")
def _(): write(at("a\x1b[2Jb"), 1)
@does("a name that is not UTF-8")
def _(): write(os.fsencode(out) + b"/\xff\xfe", 1)
@does("a name that reads backwards")
def _(): write(at("x\u202egpj.exe"), 1)
@does("folders 40 deep")
def _(): os.makedirs(at("/".join("d" * 40)))

if act == "list":
    print("\n".join(acts))
else:
    kept = acts[act]()
    os.write(3, b'{"name": "took"}\n')
