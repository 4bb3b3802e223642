import {
  decideLending,
  type LendingDecision,
  type LendingSettings,
  type LocalTime,
  lastBusyMs,
  nextLookMs,
} from '@golem/market'
import type { Clock, Sight, Surroundings } from '@golem/ports'
import type { Logger } from '../logger.ts'
import type { Permit } from '../provider/index.ts'

export type LendingStatus = LendingDecision & {
  /** Since when it is in this state. */
  sinceMs: number
  /** What it saw last. */
  sight: Sight
}

/** Looks around again and again, and says what may be lent. */
export type Lender = {
  /** Looks for the first time, and goes on looking. Resolves when that was told. */
  start(): Promise<void>
  /** Holds from now on. Resolves when it was told. */
  set(settings: LendingSettings): Promise<void>
  /** null before the start. */
  status(): LendingStatus | null
  stop(): Promise<void>
}

type Components = {
  surroundings: Surroundings
  clock: Clock
  logger: Logger
  /** The machine's own clock on the wall. */
  localTime: (ms: number) => LocalTime
  /** Told whenever it changes, once at a time. */
  lend: (permit: Permit) => Promise<void>
}
type Options = { settings: LendingSettings; onChange?: () => void }

export function createLender(components: Components, { settings, onChange = () => {} }: Options): Lender {
  const { surroundings, clock, logger, localTime, lend } = components
  const stopping = new AbortController()
  let busyAtMs = clock.now()
  let status: LendingStatus | null = null
  /** Looks come one after another: an older one never undoes what a newer one said. */
  let looking: Promise<void> = Promise.resolve()

  const look = async (): Promise<void> => {
    const sight = await surroundings.look()
    const nowMs = clock.now()
    busyAtMs = lastBusyMs(busyAtMs, sight, nowMs)
    const decision = decideLending({ settings, seen: sight, nowMs, local: localTime(nowMs), busyAtMs })
    const before = status
    status = { ...decision, sight, sinceMs: before?.state === decision.state ? before.sinceMs : nowMs }
    const { state, gate, reason, untilMs } = decision
    const isSame = before?.state === state && before.gate === gate && before.reason === reason
    if (isSame && Math.abs((before.untilMs ?? 0) - (untilMs ?? 0)) < 1_000) return
    logger.info({ state, gate }, reason)
    await lend({ gate, reason, thawsAtMs: gate === 'frozen' ? untilMs : null })
    onChange()
  }
  const lookNext = (): Promise<void> => {
    looking = looking.then(() => (stopping.signal.aborted ? undefined : look()))
    return looking
  }
  const keepLooking = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      await clock.sleep(status === null ? 0 : nextLookMs(settings, status), { signal: stopping.signal })
      await lookNext()
    }
  }

  return {
    start: async () => {
      await lookNext()
      keepLooking().catch((error: unknown) => {
        if (!stopping.signal.aborted) logger.error({ error: String(error) }, 'the lender went blind')
      })
    },
    set: async (next) => {
      settings = next
      await lookNext()
    },
    status: () => status,
    stop: async () => {
      stopping.abort()
      await looking.catch(() => undefined)
    },
  }
}
