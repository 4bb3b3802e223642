import { setTimeout as sleep } from 'node:timers/promises'
import { gunzipSync } from 'node:zlib'
import { writeWhole } from './dev-files.ts'
import { jsonRpc } from './json-rpc.ts'

/** Saves the chain after every block until stopped. Saved once already when it is there. */
export type StateSaver = {
  /** Rejects when saving or the chain failed; resolves after `stop`. */
  readonly ended: Promise<void>
  /** Saves a last time. */
  stop(): Promise<void>
}

/** At least this share of the time is left to the chain: a dump of a long chain takes 0.1 s, in which it answers nobody. */
const IDLE_PER_DUMP = 4

/**
 * anvil's own `--state` is cut short by a kill in the wrong moment, so the state is asked for, and written whole.
 * New blocks announce themselves over a WebSocket: an idle chain costs nothing, a busy one is saved as often as it bears.
 */
export async function saveStates(rpcUrl: string, path: string): Promise<StateSaver> {
  const socket = new WebSocket(rpcUrl.replace('http:', 'ws:'))
  let isDirty = false
  let stopped = false
  let wake = () => {}

  const save = async () => {
    const dump = await jsonRpc<string>(rpcUrl, 'anvil_dumpState', [], { timeoutMs: 30_000 })
    writeWhole(path, gunzipSync(Buffer.from(dump.slice(2), 'hex')))
  }
  const run = async () => {
    for (;;) {
      while (!isDirty && !stopped) {
        await new Promise<void>((resolve) => {
          wake = resolve
        })
      }
      // A dump that was under way when it was stopped may lack the last block.
      const isLast = stopped
      isDirty = false
      const beganMs = performance.now()
      await save()
      if (isLast) return
      if (!stopped) await sleep(IDLE_PER_DUMP * (performance.now() - beganMs))
    }
  }

  const lost = new Promise<never>((_, reject) => {
    socket.addEventListener('open', () => {
      socket.send(JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'eth_subscribe', params: ['newHeads'] }))
    })
    socket.addEventListener('message', () => {
      isDirty = true
      wake()
    })
    socket.addEventListener('close', () => reject(new Error('anvil closed the connection')))
    socket.addEventListener('error', () => reject(new Error('anvil broke off the connection')))
  })
  lost.catch(() => {})
  await save()
  const saved = run()
  const ended = Promise.race([saved, lost]).finally(() => socket.close())
  // Whoever waits for `ended` hears of a failure; nobody else needs to.
  for (const promise of [saved, ended]) promise.catch(() => {})

  return {
    ended,
    stop: async () => {
      stopped = true
      wake()
      await ended
    },
  }
}
