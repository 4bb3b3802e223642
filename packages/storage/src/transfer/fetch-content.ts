import { GolemError, type PeerContact } from '@golem/protocol'
import type { CID } from 'multiformats/cid'
import type { Hold } from '../blocks/blocks.ts'
import { contentUnavailable } from '../content-errors.ts'
import { BUSY_PAUSE_MS, MAX_BREAKS, MAX_ROUNDS, PATIENCE_MS, SOURCES_AT_ONCE } from '../limits.ts'
import type { TreeReader } from '../tree/tree-reader.ts'
import type { ChannelPool } from './channel-pool.ts'
import { createExchange, type Exchange } from './exchange.ts'
import { type Frontier, frontierOf } from './frontier.ts'
import { pause } from './pause.ts'
import { pullBlocks } from './pull-blocks.ts'
import { pullFromGateway } from './pull-from-gateway.ts'
import { isSourceError, sourceStalled } from './source-error.ts'
import type { Turnstile } from './turnstile.ts'

export type FetchComponents = {
  pool: ChannelPool
  reader: TreeReader
  turnstile: Turnstile
  /** Told of every source that sent something false: a peer's id or a gateway's URL. */
  onMisbehaviour: (source: string, error: GolemError) => void
}

export type FetchTreeOptions = {
  root: CID
  /** Where there are more than `SOURCES_AT_ONCE`, the first are asked first. */
  from: readonly PeerContact[]
  /** Asked where no peer has it, or none is left. */
  gateways: readonly string[]
  hold: Hold
  maxBytes: number
  signal: AbortSignal
  stallTimeoutMs: number
}

/**
 * Brings what is missing of a tree, from several sources at once: each brings what the others were not asked for. One
 * that sends something false is asked no more; one that brought some blocks and then broke off is asked again.
 *
 * @throws {GolemError} `CONTENT_UNAVAILABLE` with what each source said, `CONTENT_TOO_LARGE`, `CONTENT_REFUSED`,
 * `STORAGE_FULL`
 */
export async function fetchContent(components: FetchComponents, options: FetchTreeOptions): Promise<void> {
  const { reader, onMisbehaviour } = components
  const { root, from, gateways, hold, maxBytes, signal, stallTimeoutMs } = options
  const frontier = await frontierOf(reader, { root, hold, maxBytes })
  const said = new Map<string, GolemError>()
  const peers = from.map(
    (contact): Source => ({ name: contact.peerId, pull: (work) => pullFromPeer(components, work, contact) }),
  )
  const others = gateways.map((url): Source => ({ name: url, pull: (work) => pullFrom(work, url) }))

  for (const sources of [peers, others]) {
    for (let round = 0; round < MAX_ROUNDS && !frontier.isWhole(); round++) {
      const before = frontier.arrivals()
      const able = sources.filter(({ name }) => said.get(name)?.code !== 'SOURCE_WRONG')
      await askAll(able, { frontier, reader, hold, signal, stallTimeoutMs }, (name, error) => {
        said.set(name, error)
        if (error.peerPolicy === 'penalise') onMisbehaviour(name, error)
      })
      if (frontier.arrivals() === before) break
    }
  }
  if (frontier.isWhole()) return
  const answers = [...said].map(([peerId, error]) => `${peerId}: ${error.message}`)
  throw contentUnavailable(root.toString(), answers.length === 0 ? 'nobody to ask is known' : answers.join(' '))
}

type Work = Pick<FetchTreeOptions, 'hold' | 'signal' | 'stallTimeoutMs'> & {
  frontier: Frontier
  reader: TreeReader
  exchange: Exchange
}
type Source = { name: string; pull(work: Work): Promise<void> }

/** Asks sources, several at once, until the tree is whole or none of them can bring more. */
async function askAll(
  sources: readonly Source[],
  work: Omit<Work, 'exchange'>,
  onFailure: (name: string, error: GolemError) => void,
): Promise<void> {
  const { frontier, signal } = work
  const exchange = createExchange(frontier, { patienceMs: PATIENCE_MS })
  const ending = new AbortController()
  const either = AbortSignal.any([signal, ending.signal])
  const waiting = sources.values()
  const askOneAfterTheOther = async (): Promise<void> => {
    for (const source of waiting) {
      if (frontier.isWhole()) return
      try {
        await source.pull({ ...work, exchange, signal: either })
      } catch (error) {
        // Who is still busy when others have brought everything did nothing wrong.
        if (either.aborted) return
        if (!isSourceError(error)) throw error
        onFailure(source.name, error)
      }
    }
  }
  const workers = Array.from({ length: Math.min(SOURCES_AT_ONCE, sources.length) }, () =>
    askOneAfterTheOther().finally(() => frontier.isWhole() && ending.abort()),
  )
  // What is no source's fault ends all of them, and nothing goes on when this has thrown.
  await Promise.all(workers).catch(async (error) => {
    ending.abort()
    await Promise.allSettled(workers)
    throw error
  })
  signal.throwIfAborted()
}

async function pullFrom({ exchange, reader, ...work }: Work, url: string): Promise<void> {
  const cut = new AbortController()
  const member = exchange.join(() => cut.abort(sourceStalled(PATIENCE_MS)))
  try {
    const options = { ...work, signal: AbortSignal.any([work.signal, cut.signal]) }
    await pullFromGateway({ url, blocks: reader.blocks, member, ...work }, options)
  } finally {
    member.leave()
  }
}

/** Stays with a source as long as it brings something, over lines that break. */
async function pullFromPeer(
  { pool, turnstile }: FetchComponents,
  { hold, signal, stallTimeoutMs, frontier, exchange, reader }: Work,
  source: PeerContact,
): Promise<void> {
  const leave = await turnstile.enter(source.peerId, signal)
  const startedAtMs = performance.now()
  let breaks = 0
  try {
    for (;;) {
      const line = await pool.take(source, signal)
      const member = exchange.join(() => line.channel.abort())
      try {
        await pullBlocks({ line, blocks: reader.blocks, hold, frontier, member }, { signal, stallTimeoutMs })
        return pool.giveBack(source, line)
      } catch (error) {
        line.channel.abort()
        const code = error instanceof GolemError ? error.code : ''
        if (code === 'SOURCE_BUSY' && performance.now() - startedAtMs < stallTimeoutMs) {
          await pause(BUSY_PAUSE_MS, signal)
          continue
        }
        // A line that waited may have died meanwhile, which says nothing about its peer.
        const mayPass = code === 'CHANNEL_CLOSED' && (!line.isFresh || (member.brought > 0 && ++breaks < MAX_BREAKS))
        if (!mayPass) throw error
      } finally {
        member.leave()
      }
    }
  } finally {
    leave()
  }
}
