import { GolemError, type PeerContact } from '@golem/protocol'
import type { CID } from 'multiformats/cid'
import type { Hold } from '../blocks/blocks.ts'
import { contentUnavailable } from '../content-errors.ts'
import { MAX_ROUNDS } from '../limits.ts'
import type { TreeReader } from '../tree/tree-reader.ts'
import type { ChannelPool } from './channel-pool.ts'
import { frontierOf } from './frontier.ts'
import { pullBlocks } from './pull-blocks.ts'
import { isSourceError } from './source-error.ts'
import type { Turnstile } from './turnstile.ts'

export type FetchComponents = {
  pool: ChannelPool
  reader: TreeReader
  turnstile: Turnstile
  /** Told of every source that sent something false. */
  onMisbehaviour: (source: PeerContact, error: GolemError) => void
}

/**
 * Brings what is missing of a tree, from one source after the other. One that sends something false is asked no more;
 * one that brought some blocks and then broke off is asked again, after the others.
 *
 * @throws {GolemError} `CONTENT_UNAVAILABLE` with what each source said, `CONTENT_TOO_LARGE`, `CONTENT_REFUSED`,
 * `STORAGE_FULL`
 */
export async function fetchContent(
  { pool, reader, turnstile, onMisbehaviour }: FetchComponents,
  {
    root,
    from,
    hold,
    maxBytes,
    signal,
    stallTimeoutMs,
  }: {
    root: CID
    from: readonly PeerContact[]
    hold: Hold
    maxBytes: number
    signal: AbortSignal
    stallTimeoutMs: number
  },
): Promise<void> {
  const frontier = await frontierOf(reader, { root, hold, maxBytes })
  const said = new Map<string, GolemError>()

  const pullFrom = async (source: PeerContact): Promise<void> => {
    const leave = await turnstile.enter(source.peerId, signal)
    try {
      for (;;) {
        const line = await pool.take(source, signal)
        try {
          await pullBlocks({ line, blocks: reader.blocks, hold, frontier }, { signal, stallTimeoutMs })
          return pool.giveBack(source, line)
        } catch (error) {
          line.channel.abort()
          // A line that waited may have died meanwhile, which says nothing about its peer.
          if (line.isFresh || !(error instanceof GolemError && error.code === 'CHANNEL_CLOSED')) throw error
        }
      }
    } finally {
      leave()
    }
  }

  for (let round = 0; round < MAX_ROUNDS && !frontier.isWhole(); round++) {
    const before = frontier.arrivals()
    for (const source of from) {
      if (frontier.isWhole()) break
      if (said.get(source.peerId)?.code === 'SOURCE_WRONG') continue
      try {
        await pullFrom(source)
      } catch (error) {
        signal.throwIfAborted()
        if (!isSourceError(error)) throw error
        said.set(source.peerId, error)
        if (error.peerPolicy === 'penalise') onMisbehaviour(source, error)
      }
    }
    if (frontier.arrivals() === before) break
  }
  if (frontier.isWhole()) return
  const answers = [...said].map(([peerId, error]) => `${peerId}: ${error.message}`)
  throw contentUnavailable(root.toString(), answers.length === 0 ? 'nobody to ask is known' : answers.join(' '))
}
