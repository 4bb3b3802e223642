import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net'
import type { SandboxProcess } from '@golem/ports'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { OutboundComponents } from '../src/oci/outbound/outbound-proxy.ts'
import { RUNTIME_KINDS } from '../src/oci/runtime-kinds.ts'
import { inPlace, nextLine, type Place, runtimes } from './place.ts'

const PUBLIC = '93.184.215.14'
const NAMED = ['named.example:443', ...Array.from({ length: 5 }, (_, number) => `inside-${number}.example:443`)]

/** Those that leave the network to whoever starts them. */
const capable = runtimes.filter((name) => RUNTIME_KINDS[name as keyof typeof RUNTIME_KINDS]?.sharesNetwork === true)

/** A server of this machine stands for the one at the public address. */
let host: Server
let port: number
beforeAll(async () => {
  host = createServer((socket) => socket.on('error', () => {}).pipe(socket)).listen(0, '127.0.0.1')
  await once(host, 'listening')
  port = (host.address() as AddressInfo).port
})
afterAll(() => void host?.close())

type World = OutboundComponents & { asked: string[]; dialled: string[] }

/** Names resolve as given, to one list of addresses after another. */
function world(names: Record<string, string[][]>): World {
  const asked: string[] = []
  const dialled: string[] = []
  return {
    asked,
    dialled,
    resolve: async (name) => {
      const answers = names[name]
      if (answers === undefined) throw new Error('ENOTFOUND')
      const nth = asked.filter((each) => each === name).length
      asked.push(name)
      return answers[Math.min(nth, answers.length - 1)] ?? []
    },
    dial: (address, at) => {
      dialled.push(`${address}:${at}`)
      return connect(port, '127.0.0.1')
    },
    ownAddresses: () => ['93.184.215.99'],
  }
}

/** Speaks with the door by hand, so that what is said is exactly what is tried. */
const SPEAK = `
import json, os, socket, sys
for line in sys.stdin:
    texts = json.loads(line)
    heard = b''
    try:
        door = socket.create_connection(('127.0.0.1', 3128), 10)
        door.settimeout(10)
        for text in texts:
            door.sendall(text.encode())
            got = door.recv(65536)
            heard += got
            if not got: break
    except OSError as error:
        heard += str(error).encode()
    os.write(3, (json.dumps(heard.decode('latin1')) + chr(10)).encode())
`

async function inWorld(
  runtime: string,
  outbound: World,
  body: (say: (...texts: string[]) => Promise<string>, process: SandboxProcess, place: Place) => Promise<void>,
): Promise<void> {
  await inPlace(
    runtime,
    async (place) => {
      const process = await place.sandbox.start(
        place.spec(['/usr/bin/python3', '-u', '-c', SPEAK], { outbound: NAMED }),
      )
      const lines = process.lines[Symbol.asyncIterator]()
      const say = async (...texts: string[]): Promise<string> => {
        await process.send(JSON.stringify(texts))
        const { value, done } = await lines.next()
        if (done) throw new Error(`The program ended: ${(await process.exited).logTail}`)
        return JSON.parse(value)
      }
      await body(say, process, place)
    },
    {},
    { outbound },
  )
}

const CONNECT = 'CONNECT named.example:443 HTTP/1.1\r\nHost: named.example:443\r\n\r\n'

describe.each(capable)('a named host under %s', (runtime) => {
  it('is reached, by its address and at its port', async () => {
    const outbound = world({ 'named.example': [[PUBLIC]] })
    await inWorld(runtime, outbound, async (say) => {
      expect(await say(CONNECT, 'hello')).toBe('HTTP/1.1 200 Connection Established\r\n\r\nhello')
      expect(outbound.dialled).toEqual([`${PUBLIC}:443`])
    })
  })

  it('counts what goes there and comes from there as used', () =>
    inPlace(
      runtime,
      async ({ sandbox, spec }) => {
        const program = `
import os, socket
door = socket.create_connection(('127.0.0.1', 3128), 10)
door.sendall(b'CONNECT named.example:443 HTTP/1.1\\r\\nHost: named.example:443\\r\\n\\r\\n')
door.recv(1000)
door.sendall(bytes(500_000))
heard = 0
while heard < 500_000: heard += len(door.recv(65536))
os.write(3, b'echoed' + bytes([10]))
import sys; sys.stdin.read()`
        const process = await sandbox.start(spec(['/usr/bin/python3', '-c', program], { outbound: NAMED }))
        expect(await nextLine(process)).toBe('echoed')
        const { bytesIn, bytesOut } = await process.usage()
        expect(bytesIn).toBeGreaterThanOrEqual(500_000)
        expect(bytesOut).toBeGreaterThanOrEqual(500_000)
      },
      {},
      { outbound: world({ 'named.example': [[PUBLIC]] }) },
    ))

  it('is reached by a program that knows proxies, and that is told of this one by its environment', async () => {
    const outbound = world({ 'named.example': [[PUBLIC]] })
    await inPlace(
      runtime,
      async ({ sandbox, spec }) => {
        // It speaks plainly with the echo, so what it hears is its own request.
        const program = `
import os, urllib.request
proxy = urllib.request.getproxies()['https']
os.write(3, (proxy + chr(10)).encode())`
        const process = await sandbox.start(spec(['/usr/bin/python3', '-c', program], { outbound: NAMED }))
        expect(await nextLine(process)).toBe('http://127.0.0.1:3128')
      },
      {},
      { outbound },
    )
  })

  it('ends with the program: no connection outlives it', async () => {
    const outbound = world({ 'named.example': [[PUBLIC]] })
    const socketOf = once(host, 'connection') as Promise<[Socket]>
    await inWorld(runtime, outbound, async (say, process) => {
      expect(await say(CONNECT)).toContain('200')
      const [socket] = await socketOf
      const closed = once(socket, 'close')
      await process.kill()
      await closed
    })
  })

  it('is not reached where its name leads into a private network, to this machine, or to both', async () => {
    const inside = [['127.0.0.1'], ['10.0.0.7'], [PUBLIC, '169.254.169.254'], ['::ffff:10.0.0.7'], ['93.184.215.99']]
    const outbound = world(
      Object.fromEntries(inside.map((addresses, number) => [`inside-${number}.example`, [addresses]])),
    )
    await inWorld(runtime, outbound, async (say) => {
      for (const number of inside.keys())
        expect(await say(CONNECT.replaceAll('named', `inside-${number}`))).toContain('403 Refused')
      expect(outbound).toMatchObject({ asked: { length: inside.length }, dialled: [] })
    })
  })

  it('is dialled at the address that was looked at, whatever its name says a moment later', async () => {
    const outbound = world({ 'named.example': [[PUBLIC], ['127.0.0.1']] })
    await inWorld(runtime, outbound, async (say) => {
      expect(await say(CONNECT)).toContain('200')
      expect(await say(CONNECT)).toContain('403 Refused')
      expect(outbound).toMatchObject({ asked: ['named.example', 'named.example'], dialled: [`${PUBLIC}:443`] })
    })
  })
})

it.each(capable)('nothing else is reached under %s', async (runtime) => {
  const outbound = world({ 'named.example': [[PUBLIC]], 'other.example': [[PUBLIC]] })
  const targets = [
    ...['other.example:443', 'named.example:444', 'named.example', `${PUBLIC}:443`, '127.0.0.1:443', '[::1]:443'],
    ...['NAMED.example:443', 'named.example.:443', 'named.example:0443', 'a@named.example:443', 'named.example:443/'],
    ...['named.example:443@other.example:443', 'named.example%2eother.example:443', 'http://named.example:443'],
  ]
  await inWorld(runtime, outbound, async (say) => {
    for (const target of targets) {
      const heard = await say(`CONNECT ${target} HTTP/1.1\r\nHost: named.example:443\r\n\r\n`)
      expect([target, /^HTTP\/1.1 40[03] /.test(heard)]).toEqual([target, true])
    }
    const plain = await say('GET http://named.example:443/ HTTP/1.1\r\nHost: named.example\r\n\r\n')
    expect(plain).toContain('405')
    // A second request on one connection, and one inside the first one's body.
    const smuggled = `POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n${CONNECT}`
    expect(await say(smuggled)).toMatch(/^HTTP\/1.1 40[05] /)
    expect(await say(`CONNECT named.example:443 HTTP/1.1\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`)).not.toContain('200')
    expect(outbound.dialled).toEqual([])
  })
})

it.each(capable)('a program that was granted no host has no network at all under %s', (runtime) =>
  inPlace(runtime, async ({ sandbox, spec }) => {
    const program = `
import os, socket
try: socket.create_connection(('127.0.0.1', 3128), 2); said = 'reached'
except OSError as error: said = str(error.errno)
os.write(3, (said + chr(10)).encode())`
    expect(await nextLine(await sandbox.start(spec(['/usr/bin/python3', '-c', program])))).toBe('97')
  }),
)
