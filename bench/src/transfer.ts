import { createHash, randomBytes } from 'node:crypto'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { BenchmarkContext } from './benchmark.ts'
import { inTurn, median } from './in-turn.ts'
import { alone, beside, type Result } from './result.ts'
import { type Use, WAYS, type Way } from './transfer/messages.ts'
import { delayLink, fetchOnce, type ServerParty, startServer } from './transfer/start-party.ts'

const SIZE_BYTES = 200e6
const ROUNDS = 3
const LINKS = {
  loopback: { roundTripMs: 0, goalRatio: 0.7 },
  '50-ms': { roundTripMs: 50, goalRatio: 0.9 },
} as const
/** What Linux lets one sender have on its way, by default. */
const WINDOW_BYTES = 4 * 1024 * 1024

type Side = 'client' | 'server'
type Uses = Record<Way, Record<Side, Use[]>>

/** MB/s of 200 MB to the disk: ours beside HTTP with sha256, the bare wire and Bitswap; what each costs beside it. */
export async function* run({ note, signal }: BenchmarkContext): AsyncGenerator<Result> {
  const folder = await mkdtemp(join(tmpdir(), 'golem-transfer-'))
  const servers = new Map<Way, ServerParty>()
  try {
    const file = join(folder, 'file')
    const bytes = randomBytes(SIZE_BYTES)
    await writeFile(file, bytes)
    const sha256 = createHash('sha256').update(bytes).digest('hex')
    for (const way of WAYS) {
      const home = join(folder, way)
      await mkdir(home)
      servers.set(way, await startServer({ role: 'server', way, file, folder: home }))
    }
    for (const [link, { roundTripMs, goalRatio }] of Object.entries(LINKS)) {
      const uses = Object.fromEntries(WAYS.map((way) => [way, { client: [], server: [] }])) as unknown as Uses
      const once = async (way: Way): Promise<number> => {
        signal.throwIfAborted()
        const server = servers.get(way) as ServerParty
        const delayed =
          roundTripMs === 0 ? null : await delayLink(server.place.port, { roundTripMs, windowBytes: WINDOW_BYTES })
        const place = { ...server.place, port: delayed?.port ?? server.place.port }
        const home = await mkdtemp(join(folder, 'client-'))
        try {
          server.begin()
          const fetched = await fetchOnce({ role: 'client', way, place, sizeBytes: SIZE_BYTES, sha256, folder: home })
          uses[way].client.push(fetched)
          uses[way].server.push(await server.used())
          return SIZE_BYTES / 1e6 / fetched.seconds
        } finally {
          await delayed?.stop()
          await rm(home, { recursive: true })
        }
      }
      const contestants = Object.fromEntries(WAYS.map((way) => [way, () => once(way)])) as Record<
        Way,
        () => Promise<number>
      >
      const speeds = await inTurn(contestants, { rounds: ROUNDS, note: (line) => note(`${link}: ${line} MB/s`) })
      yield* resultsOf(link, speeds, uses, goalRatio)
    }
  } finally {
    await Promise.all([...servers.values()].map((server) => server.stop()))
    await rm(folder, { recursive: true, force: true })
  }
}

function* resultsOf(link: string, speeds: Record<Way, number>, uses: Uses, goalRatio: number): Generator<Result> {
  const measured = (name: string, value: number, unit: string, better: Result['better']) => ({
    name: `transfer-${link}-${name}`,
    value,
    unit,
    better,
  })
  const http = { name: 'HTTP and sha256', value: speeds.http }
  yield beside(measured('golem', speeds.golem, 'MB/s', 'higher'), http, goalRatio)
  yield beside(measured('bitswap', speeds.bitswap, 'MB/s', 'higher'), http, null)
  yield beside(measured('tcp-unverified', speeds.tcp, 'MB/s', 'higher'), http, null)
  for (const way of WAYS) {
    for (const side of ['client', 'server'] as const) {
      const of = uses[way][side]
      const cpuS = median(of.map((use) => use.cpuS)) / (SIZE_BYTES / 1e9)
      yield alone(measured(`${way}-${side}-cpu`, cpuS, 'CPU s/GB', 'lower'), null)
      const above = median(of.map(({ peakBytes, idleBytes }) => peakBytes - idleBytes)) / 1e6
      yield alone(measured(`${way}-${side}-memory`, above, 'MB above idle', 'lower'), null)
    }
  }
}
