import { spawn } from 'node:child_process'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { type AddressInfo, connect, createServer, type Server } from 'node:net'
import { networkInterfaces } from 'node:os'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { OutboundComponents } from '../src/oci/outbound/outbound-proxy.ts'
import { RUNTIME_KINDS } from '../src/oci/runtime-kinds.ts'
import { inPlace } from '../test/place.ts'
import { type Attempt, record } from './record.ts'
import { runtimes } from './runtimes.ts'
import { unguardedProxy } from './unguarded-proxy.ts'

const GROUP = 'A network of named hosts'
const program = await readFile(join(import.meta.dirname, 'network.py'), 'utf8')
const names = [...program.matchAll(/@does\("(.*)"\)/g)].map(([, name]) => name as string)
const capable = runtimes.filter((name) => RUNTIME_KINDS[name as keyof typeof RUNTIME_KINDS]?.sharesNetwork === true)

const PUBLIC = '93.184.215.14'
const ELSEWHERE = '93.184.215.15'
const OWN_PUBLIC = '93.184.215.99'
const address =
  Object.values(networkInterfaces())
    .flatMap((each) => each ?? [])
    .find(({ family, internal }) => family === 'IPv4' && !internal)?.address ?? '127.0.0.1'

/** Answers to one question after another; the last one again and again. */
const ANSWERS: Record<string, string[][]> = {
  'named.example': [[PUBLIC]],
  'other.example': [['127.0.0.1']],
  localhost: [['127.0.0.1']],
  'inside.example': [['127.0.0.1']],
  'both.example': [[ELSEWHERE, '127.0.0.1']],
  'rebinding.example': [[ELSEWHERE], ['127.0.0.1']],
  'own.example': [[OWN_PUBLIC]],
  'metadata.example': [['169.254.169.254']],
}

/** What an attack reaches where it is stopped by nothing: a server of the host's, which tells everybody its secret. */
let secret: Server
let port: number
let echo: Server
const datagrams = createSocket('udp4')
beforeAll(async () => {
  secret = createServer((socket) => socket.on('error', () => {}).end('the secret')).listen(0, '::')
  echo = createServer((socket) => socket.on('error', () => {}).pipe(socket)).listen(0, '127.0.0.1')
  await Promise.all([once(secret, 'listening'), once(echo, 'listening')])
  port = (secret.address() as AddressInfo).port
  datagrams.on('message', (_, { port: back, address: from }) => datagrams.send('the secret', back, from))
  datagrams.bind(port, '127.0.0.1')
  await once(datagrams, 'listening')
})
afterAll(() => {
  secret?.close()
  echo?.close()
  datagrams.close()
})

function world(): OutboundComponents {
  const asked: string[] = []
  return {
    resolve: async (host) => {
      const answers = ANSWERS[host]
      if (answers === undefined) throw new Error('ENOTFOUND')
      asked.push(host)
      const nth = asked.filter((each) => each === host).length - 1
      return answers[Math.min(nth, answers.length - 1)] ?? []
    },
    // Of the addresses outside, two are hosts', one stands for this machine's own, and one for a cloud's.
    dial: (to, at) => {
      if (to === ELSEWHERE || (to === PUBLIC && at === 443))
        return connect((echo.address() as AddressInfo).port, '127.0.0.1')
      return connect(at, to === PUBLIC || to === OWN_PUBLIC || to === '169.254.169.254' ? '127.0.0.1' : to)
    },
    ownAddresses: () => [OWN_PUBLIC],
  }
}

const attempts = new Map<string, Attempt>()
afterAll(() => record('network', [...attempts.values()]))

describe(GROUP, () => {
  it.each(names)('%s: works outside', { timeout: 60_000 }, async (name) => {
    const took = await outside(name)
    attempts.set(name, { group: GROUP, name, outside: took ? 'works' : 'not shown: refused here too', stopped: {} })
    expect(took).toBe(true)
  })

  it.each(capable)('is stopped under %s', { timeout: 240_000 }, async (runtime) => {
    const gotThrough: string[] = []
    // Names answer each attempt anew.
    let now = world()
    const outbound: OutboundComponents = {
      resolve: (host) => now.resolve(host),
      dial: (to, at) => now.dial(to, at),
      ownAddresses: () => now.ownAddresses(),
    }
    const granted = [
      'named.example:443',
      ...Object.keys(ANSWERS)
        .filter(isSuspect)
        .map((host) => `${host}:${port}`),
    ]
    await inPlace(
      runtime,
      async ({ sandbox, spec }) => {
        for (const name of names) {
          now = world()
          const argv = ['/usr/bin/python3', '-c', program, name, `${port}`, address, '3128']
          const process = await sandbox.start(spec(argv, { outbound: granted }))
          for await (const line of process.lines) if (line.includes('took')) gotThrough.push(name)
          const { logTail, code } = await process.exited
          expect([name, code, logTail]).toEqual([name, 0, expect.stringMatching(/\S/)])
          const attempt = attempts.get(name)
          if (attempt) attempt.stopped[runtime] = logTail.trim().replaceAll(String(port), 'PORT').slice(0, 80)
        }
      },
      {},
      { outbound },
    )
    expect(gotThrough).toEqual([])
  })
})

/** Granted by name, and then found to lead where nothing may. */
const isSuspect = (host: string): boolean => !['named.example', 'other.example', 'localhost'].includes(host)

/** As root, in the host's own network, with a proxy that guards nothing. */
async function outside(name: string): Promise<boolean> {
  const proxy = unguardedProxy(world()).listen(0, '127.0.0.1')
  await once(proxy, 'listening')
  try {
    const argv = ['-c', program, name, `${port}`, address, `${(proxy.address() as AddressInfo).port}`]
    const stdio = ['ignore', 'ignore', 'inherit', 'pipe', 'pipe'] as const
    const child = spawn('/usr/bin/python3', argv, { stdio: [...stdio] })
    return (await text(child.stdio[3] as Readable)).includes('took')
  } finally {
    proxy.close()
  }
}
