import { createHash } from 'node:crypto'
import { setTimeout } from 'node:timers/promises'
import type { LiveEvent, LiveName } from '@golem/api'
import type { DaemonApi } from './daemon-api.ts'

/** A view is looked at so often while somebody watches it; what moves slowly, or asks the chain, more seldom. */
const EVERY_MS: Readonly<Record<LiveName, number>> = {
  jobs: 500,
  lending: 500,
  lentWork: 500,
  status: 1_000,
  net: 1_000,
  machine: 2_000,
  offers: 2_000,
  wallet: 2_000,
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
  let wake = Promise.withResolvers<void>()
  const looked = async (name: LiveName): Promise<void> => {
    while (!signal.aborted) {
      const view = await readView(daemon, name)
      const hash = hashOf(view)
      if (hash === sent.get(name)) changed.delete(name)
      else {
        changed.set(name, { hash, view })
        wake.resolve()
      }
      await pause(EVERY_MS[name], signal)
    }
  }
  signal.addEventListener('abort', () => wake.resolve(), { once: true })
  for (const name of new Set(names)) void looked(name)
  while (!signal.aborted) {
    for (const [of, { hash, view }] of changed) {
      changed.delete(of)
      sent.set(of, hash)
      yield { at: idOf(sent), of, view } as LiveEvent
    }
    await wake.promise
    wake = Promise.withResolvers()
    if (signal.aborted) wake.resolve()
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

/** Ends early when the watcher leaves. */
const pause = (ms: number, signal: AbortSignal): Promise<void> =>
  setTimeout(ms, undefined, { signal }).catch(() => undefined)
