import { createHash } from 'node:crypto'
import type { LiveEvent, LiveName } from '@golem/api'
import { pause } from '../pause.ts'
import type { DaemonApi } from './daemon-api.ts'

/** A view is looked at so often while somebody watches it; what moves slowly, or asks the chain's node, more seldom. */
const EVERY_MS: Readonly<Record<LiveName, number>> = {
  jobs: 500,
  lending: 500,
  lentWork: 500,
  machine: 2_000,
  net: 2_000,
  offers: 2_000,
  status: 4_000,
  wallet: 5_000,
  earnings: 5_000,
}

type Watch = {
  /** `at` of the last event seen; null where there is none. */
  after: string | null
  signal: AbortSignal
}

/** These views as they are now, where they are other ones than after `after`, and each again when it has changed. */
export async function* watchViews(
  daemon: DaemonApi,
  names: readonly LiveName[],
  { after, signal }: Watch,
): AsyncGenerator<LiveEvent> {
  const sent = seenIn(after)
  /** What has changed since it was sent: who reads slowly skips to the newest. */
  const changed = new Map<LiveName, { hash: string; view: unknown }>()
  const left = new AbortController()
  const ended = AbortSignal.any([signal, left.signal])
  let wake = Promise.withResolvers<void>()
  const look = async (name: LiveName): Promise<void> => {
    while (!ended.aborted) {
      const view = await readView(daemon, name)
      const hash = hashOf(view)
      if (hash === sent.get(name)) changed.delete(name)
      else {
        changed.set(name, { hash, view })
        wake.resolve()
      }
      await pause(EVERY_MS[name], ended)
    }
  }
  ended.addEventListener('abort', () => wake.resolve(), { once: true })
  for (const name of names) void look(name)
  try {
    while (!ended.aborted) {
      for (const [of, { hash, view }] of changed) {
        changed.delete(of)
        sent.set(of, hash)
        yield { at: idOf(sent), of, view } as LiveEvent
      }
      await wake.promise
      wake = Promise.withResolvers()
    }
  } finally {
    left.abort()
  }
}

/** null where it cannot be read: the chain is away, say. */
async function readView(daemon: DaemonApi, name: LiveName): Promise<unknown> {
  try {
    return await daemon[name]()
  } catch {
    return null
  }
}

const hashOf = (view: unknown): string =>
  createHash('sha256').update(JSON.stringify(view)).digest('base64url').slice(0, 16)

/** All that a watcher has seen, so that it can go on at any daemon: `status:…,jobs:…`. */
const idOf = (sent: ReadonlyMap<string, string>): string => [...sent].map((pair) => pair.join(':')).join(',')
const seenIn = (id: string | null): Map<string, string> =>
  new Map(
    (id ?? '')
      .split(',')
      .map((pair) => pair.split(':', 2) as [string, string])
      .filter(([, hash]) => hash),
  )
