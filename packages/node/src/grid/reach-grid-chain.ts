import type { Channel, Network } from '@golem/ports'
import {
  GolemError,
  GRID_CHAIN_MESSAGE_BYTES,
  GRID_CHAIN_PROTOCOL,
  type GridChainAnswer,
  gridChainAnswer,
  type PeerContact,
} from '@golem/protocol'
import { ANSWER_TIMEOUT_MS, MAX_CALLS } from './limits.ts'

/** A member's way to the chain that the grid's host keeps. */
export type GridChainLink = {
  /** @throws {GolemError} `CHAIN_UNREACHABLE` where the host does not answer */
  call(method: string, params: unknown[]): Promise<Said>
  stop(): void
}
/** A result, or the error that the chain itself told. */
export type Said = { result: unknown } | { error: { code: number; message: string; data?: unknown } }

type Waiting = { resolve(said: Said): void; reject(error: unknown): void }
type Line = { channel: Channel; waiting: Map<number, Waiting> }

/** One stream for all calls, opened when there is one; a call after a break opens another. */
export function reachGridChain(network: Pick<Network, 'open'>, host: PeerContact): GridChainLink {
  const stopped = new AbortController()
  let opening: Promise<Line> | null = null
  let calls = 0
  let ids = 0

  const listen = async (line: Line): Promise<void> => {
    try {
      for await (const raw of line.channel.messages) {
        const answer = read(raw)
        const waiting = answer && line.waiting.get(answer.id)
        if (!answer || !waiting) throw new RangeError('it answers what nobody asked')
        line.waiting.delete(answer.id)
        waiting.resolve('error' in answer ? { error: toError(answer.error) } : { result: answer.result })
      }
      throw new RangeError('it hung up')
    } catch (error) {
      line.channel.abort()
      if (opening !== null && (await opening.catch(() => null)) === line) opening = null
      for (const each of line.waiting.values()) each.reject(unreachable(error))
      line.waiting.clear()
    }
  }

  const lineNow = (): Promise<Line> => {
    opening ??= network
      .open(host, GRID_CHAIN_PROTOCOL, { maxMessageBytes: GRID_CHAIN_MESSAGE_BYTES, signal: stopped.signal })
      .then((channel) => {
        const line: Line = { channel, waiting: new Map() }
        void listen(line)
        return line
      })
      .catch((error: unknown) => {
        opening = null
        throw unreachable(error)
      })
    return opening
  }

  return {
    call: async (method, params) => {
      if (calls >= MAX_CALLS) throw unreachable(new RangeError(`more than ${MAX_CALLS} calls wait`))
      calls += 1
      try {
        const line = await lineNow()
        const id = ids++
        const said = new Promise<Said>((resolve, reject) => line.waiting.set(id, { resolve, reject }))
        const late = setTimeout(() => line.channel.abort(), ANSWER_TIMEOUT_MS)
        try {
          await line.channel.send(new TextEncoder().encode(JSON.stringify({ id, method, params })))
          return await said
        } catch (error) {
          said.catch(() => {})
          throw unreachable(error)
        } finally {
          clearTimeout(late)
          line.waiting.delete(id)
        }
      } finally {
        calls -= 1
      }
    },
    stop: () => {
      stopped.abort()
      void opening?.then(({ channel }) => channel.abort()).catch(() => {})
    },
  }
}

function read(raw: Uint8Array): GridChainAnswer | null {
  try {
    return gridChainAnswer.parse(JSON.parse(new TextDecoder().decode(raw)))
  } catch {
    return null
  }
}

const toError = ({ code, message, data }: { code: number; message: string; data?: unknown }) => ({
  code,
  message,
  ...(data === undefined ? {} : { data }),
})

function unreachable(cause: unknown): GolemError {
  if (cause instanceof GolemError && cause.code === 'CHAIN_UNREACHABLE') return cause
  const why = cause instanceof Error ? cause.message.replace(/\.$/, '') : String(cause)
  return new GolemError({
    code: 'CHAIN_UNREACHABLE',
    message: `The grid's host does not answer: ${why}.`,
    remedy: 'See that its daemon runs; `golem net` shows who is connected.',
    cause,
  })
}
