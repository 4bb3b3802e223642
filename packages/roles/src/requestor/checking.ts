import { asCid, type Bytes32, GolemError, isOwnDefect } from '@golem/protocol'
import { noteFailure, noteUnavailable, outputsOwner } from './attempts.ts'
import { checkShare } from './check-share.ts'
import type { JobDesk } from './job-desk.ts'
import { type Attempt, agreementOf, attemptKey, checkOf, openAttempts } from './job-state.ts'
import { judgeDelivery, rejectJudged } from './judge-delivery.ts'
import { accept } from './judging.ts'
import { createReplicas } from './replicas.ts'
import { settleSaid } from './settle-said.ts'
import { takeReady } from './sharing.ts'
import type { Workbench } from './workbench.ts'

/** A provider gets so long to hand over what it delivered, and for each byte that the application may leave. */
const FETCH_TIMEOUT_MS = 120_000
const FETCH_BYTES_PER_MS = 1_024
/** Outputs of one provider that are on their way here at once: each may be as large as the application allows. */
const MAX_FETCHES = 4

export type Checker = {
  /** Begins to check what was delivered since. */
  look(): void
  /** Judges by itself what waits to be compared with others that will not come. */
  judgeAlone(): Promise<void>
  /** Whether something is being checked. */
  isBusy(): boolean
  /** Resolves when nothing is. */
  settled(): Promise<void>
}

/** Fetches, verifies, then accepts with a voucher or rejects: every delivery, in the order in which they came. */
export function createChecker(desk: JobDesk, bench: Workbench): Checker {
  const underWay = new Map<string, Promise<void>>()
  const settling = new Set<Bytes32>()
  const fetchesOf = (id: Bytes32) => [...desk.fetching.keys()].filter((key) => key.startsWith(id)).length
  const settle = async (attempt: Attempt) => {
    if (!(await fetchOutputs(desk, attempt))) return
    if (!isDelivered(attempt)) return
    if (checkOf(desk.state).by === 'replicas') {
      await replicas.add(attempt)
      return
    }
    const judged = await judgeDelivery(desk, bench, attempt, checkShare(desk, [attempt]))
    const { verdict, isUnseen, look } = judged
    if (!isDelivered(attempt)) return
    if (verdict === null) noteFailure(desk, attempt, 'CHECK_FAILED', 'What was delivered could not be checked.')
    else if (verdict.accepted) accept(desk, [{ attempt, how: verdict.how, isUnseen, look }])
    else await rejectJudged(desk, attempt, { ...judged, verdict })
  }
  const begin = (attempts: readonly Attempt[], work: Promise<void>): void => {
    const keys = attempts.map((attempt) => attemptKey(attempt.agreement, attempt.index))
    const done = work
      .catch((error: unknown) => {
        if (!desk.signal.aborted) desk.fail(error)
      })
      .finally(() => {
        for (const key of keys) underWay.delete(key)
        desk.wake()
      })
    for (const key of keys) underWay.set(key, done)
  }
  const replicas = createReplicas(desk, bench, begin)
  return {
    look: () => {
      replicas.look()
      takeReady(desk)
      const said = new Map<Bytes32, Attempt[]>()
      for (const attempt of openAttempts(desk.state)) {
        const { agreement, index, state, delivery } = attempt
        if (state !== 'delivered' || underWay.has(attemptKey(agreement, index)) || replicas.has(attempt)) continue
        if (checkOf(desk.state).by === 'replicas') {
          if (fetchesOf(agreement) >= MAX_FETCHES) continue
          begin([attempt], settle(attempt))
        } else if (delivery?.outputs === null && checkOf(desk.state).by !== 'application')
          said.set(agreement, [...(said.get(agreement) ?? []), attempt])
        else if (fetchesOf(agreement) < MAX_FETCHES) begin([attempt], settle(attempt))
      }
      for (const [id, attempts] of said) {
        // What comes while some of a provider's are checked waits for that: nothing unseen is taken beside what may be wrong.
        if (settling.has(id)) continue
        settling.add(id)
        begin(
          attempts,
          settleSaid(desk, bench, attempts).finally(() => settling.delete(id)),
        )
      }
    },
    judgeAlone: replicas.judgeAlone,
    isBusy: () => underWay.size > 0,
    settled: async () => {
      while (underWay.size > 0) await Promise.all(underWay.values())
    },
  }
}

const isDelivered = ({ state }: Attempt): boolean => state === 'delivered'

async function fetchOutputs(desk: JobDesk, attempt: Attempt): Promise<boolean> {
  const { services, state } = desk
  const { contact, terms } = agreementOf(state, attempt.agreement)
  if (attempt.delivery?.outputs == null) return true
  const outputs = asCid(attempt.delivery.outputs)
  const key = attemptKey(attempt.agreement, attempt.index)
  const { outputBytes } = services.app.manifest.limits
  const withinMs = FETCH_TIMEOUT_MS + Math.ceil(outputBytes / FETCH_BYTES_PER_MS)
  desk.fetching.set(key, services.clock.now())
  try {
    await services.storage.pin(outputs, outputsOwner(desk, attempt))
    await services.storage.fetch(outputs, {
      from: [contact],
      maxBytes: outputBytes * 2,
      signal: AbortSignal.any([desk.signal, AbortSignal.timeout(withinMs)]),
    })
    return true
  } catch (error) {
    desk.signal.throwIfAborted()
    if (error instanceof GolemError && isOwnDefect(error)) throw error
    services.logger.warn(
      { job: state.request.id, peer: terms.provider, error: String(error) },
      'outputs did not arrive',
    )
    if (attempt.state === 'delivered') noteUnavailable(desk, attempt, 'The provider did not hand over its output.')
    return false
  } finally {
    desk.fetching.delete(key)
  }
}
