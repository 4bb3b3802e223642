"""Tries to hear the secret of a server of the host's, from a program that was granted one named host. Argv: the act, the
server's port, an address of the machine's, and the port of a proxy. Says `{"name": "took"}` on descriptor 3 where it heard
the secret, and on stdout what it got instead. Outside and inside it is the same program; the proxy outside guards nothing."""
import os
import select
import socket
import struct
import sys
import time

act, port, own, door = sys.argv[1], int(sys.argv[2]), sys.argv[3], int(sys.argv[4])
acts = {}


def does(name):
    def keep(function):
        acts[name] = function
        return function
    return keep


def hear(connection):
    connection.settimeout(5)
    heard = b""
    try:
        while b"secret" not in heard:
            got = connection.recv(4096)
            if not got: break
            heard += got
    except TimeoutError: heard += b"only the named host was there"
    return heard


def proxy(*texts):
    heard = b""
    with socket.create_connection(("127.0.0.1", door), 5) as connection:
        for text in texts:
            connection.settimeout(5)
            connection.sendall(text.replace("PORT", str(port)).encode())
            if len(texts) > 1: heard += connection.recv(4096)
        return heard + hear(connection)


def tunnel(target, host="named.example:443"):
    return proxy(f"CONNECT {target} HTTP/1.1\r\nHost: {host}\r\n\r\n")


# By its own means -----------------------------------------------------------------------------------------------------
@does("reach a server of the host by 127.0.0.1")
def _(): return hear(socket.create_connection(("127.0.0.1", port), 5))
@does("reach it by the machine's address in its network")
def _(): return hear(socket.create_connection((own, port), 5))
@does("reach it by IPv6")
def _():
    with socket.socket(socket.AF_INET6) as connection:
        connection.settimeout(5)
        connection.connect(("::ffff:127.0.0.1", port))
        return hear(connection)
@does("reach it by UDP")
def _():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as connection:
        connection.settimeout(5)
        connection.connect(("127.0.0.1", port))
        connection.send(b"?")
        return connection.recv(100)
@does("see the machine's routes by netlink")
def _():
    with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0) as link:
        link.settimeout(5)
        link.send(struct.pack("=LHHLLB7x", 24, 26, 0x301, 1, 0, socket.AF_INET))
        return b"secret" if link.recv(65536) else b""
@does("make packets by hand, past every rule")
def _():
    with socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_UDP): return b"secret"
@does("listen to what passes on the wire")
def _():
    with socket.socket(socket.AF_PACKET, socket.SOCK_RAW): return b"secret"
@does("give its network a route")
def _():
    devices = [line.split(":")[0].strip() for line in open("/proc/net/dev") if ":" in line]
    return b"secret" if len(devices) > 1 else b"only " + repr(devices).encode()

# Through the proxy ----------------------------------------------------------------------------------------------------
@does("ask the proxy for another host")
def _(): return tunnel("other.example:PORT")
@does("ask it for another port of the named host's address")
def _(): return tunnel("named.example:PORT")
@does("ask it for the host by 127.0.0.1")
def _(): return tunnel("127.0.0.1:PORT")
@does("ask it for the host by localhost")
def _(): return tunnel("localhost:PORT")
@does("ask it by an IPv6 address that has 127.0.0.1 inside")
def _(): return tunnel("[::ffff:127.0.0.1]:PORT")
@does("ask it by 127.0.0.1 as one number")
def _(): return tunnel("2130706433:PORT")
@does("ask it by 127.0.0.1 in octal")
def _(): return tunnel("0177.0.0.1:PORT")
@does("name the named host as a user of another one")
def _(): return tunnel("named.example:443@127.0.0.1:PORT")
@does("name the host in the header alone")
def _(): return tunnel("named.example:443", host="127.0.0.1:PORT")
@does("ask for a page of it without a tunnel")
def _(): return proxy("GET http://127.0.0.1:PORT/ HTTP/1.1\r\nHost: named.example\r\n\r\n")
@does("name the named host in the header of such a page")
def _(): return proxy("GET / HTTP/1.1\r\nHost: 127.0.0.1:PORT\r\n\r\n")
@does("hide a second request in the body of a first one")
def _():
    inner = "CONNECT 127.0.0.1:PORT HTTP/1.1\r\nHost: named.example:443\r\n\r\n"
    return proxy(f"POST http://named.example:443/ HTTP/1.1\r\nHost: named.example\r\nContent-Length: 4\r\n"
                 f"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n{inner}")
@does("ask again on a connection that was refused")
def _():
    first = "GET http://named.example/ HTTP/1.1\r\nHost: named.example\r\n\r\n"
    return proxy(first, "CONNECT 127.0.0.1:PORT HTTP/1.1\r\nHost: named.example:443\r\n\r\n")
@does("have the named host's name lead to the host itself")
def _(): return tunnel("inside.example:PORT")
@does("have it lead outside and inside at once")
def _(): return tunnel("both.example:PORT")
@does("have it lead outside when it is looked at, and inside when it is dialled")
def _(): return tunnel("rebinding.example:PORT")
@does("have it lead to the machine's own public address")
def _(): return tunnel("own.example:PORT")
@does("have it lead to where clouds keep their machines' secrets")
def _(): return tunnel("metadata.example:PORT")

# At the way out itself ------------------------------------------------------------------------------------------------
@does("speak to the daemon on the channel over which the proxy's socket went")
def _():
    for number in range(4, 64):
        try: os.write(number, b'{"cmd":"NODE_HANDLE"}\n')
        except OSError: continue
        return b"secret"
    return b"no descriptor is open"
@does("hold 300 connections of the daemon's at once")
def _():
    held = [socket.create_connection(("127.0.0.1", door), 5) for _ in range(300)]
    time.sleep(2)
    closed, _, _ = select.select(held, [], [], 0)
    return b"all but 64 were closed" if len(closed) == 300 - 64 else b"secret"


try:
    heard = acts[act]()
except OSError as error:
    heard = (error.strerror or repr(error)).encode()
if b"secret" in heard: os.write(3, b'{"name": "took"}\n')
head, _, body = heard.decode("latin1").strip().rpartition("\r\n\r\n")
print(body.strip().splitlines()[-1 if head else 0] if body.strip() else "nothing is said")
