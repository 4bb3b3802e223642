import { type LocalTime, lookUpSchedule, type Schedule } from './schedule.ts'

export type LendingSettings = {
  isOn: boolean
  /** `idle`: while nobody is at the machine and its own programs leave it alone. `schedule` needs one. */
  when: 'always' | 'idle' | 'schedule'
  /** Narrows each of them, where there is one. */
  schedule: Schedule | null
  idleAfterMs: number
  /** What becomes of running work when the person comes back. */
  onReturn: 'throttle' | 'freeze'
  /** Lends on battery too, or over a network that costs by the byte. */
  onBattery: boolean
  onMetered: boolean
  /** By hand. */
  pausedUntilMs: number | null
}

/** What goes on around the daemon on its machine. */
export type Seen = {
  /** Since the last touch of keyboard, mouse or screen; null where nobody can be asked, as on a machine without any. */
  inputIdleMs: number | null
  /** Cores that everything but Golem keeps busy, of `cores`. */
  otherCores: number
  cores: number
  isOnBattery: boolean
  isMetered: boolean
}

export type LendingState = 'off' | 'open' | 'paused' | 'here' | 'busy' | 'out-of-schedule' | 'on-battery' | 'metered'

/**
 * What the state lets through. `open`: work comes and runs. `closed`: what runs goes on, and nothing comes. `frozen`:
 * what runs stands still. `off`: it is given back.
 */
export type Gate = 'open' | 'closed' | 'frozen' | 'off'

export type LendingDecision = {
  state: LendingState
  gate: Gate
  /** For people. */
  reason: string
  /** When it ends by itself, where that is known. */
  untilMs: number | null
}

export type LendingInput = {
  settings: LendingSettings
  seen: Seen
  nowMs: number
  local: LocalTime
  /** When other programs last kept the machine busy, as `lastBusyMs` says. */
  busyAtMs: number
}

/** Of all cores; so do others who lend (BOINC's default). */
const BUSY_SHARE = 0.25
/** Somebody at a machine is known by the input: short pauses of programs are waited for, and no longer. */
const SETTLE_MS = 60_000

export const isBusy = ({ otherCores, cores }: Seen): boolean => otherCores >= BUSY_SHARE * cores

/** `before` is the last answer, or the time at which the daemon began to look. */
export const lastBusyMs = (before: number, seen: Seen, nowMs: number): number => (isBusy(seen) ? nowMs : before)

/** Whether a machine lends now, and why not. Pure: same input, same answer. */
export function decideLending(input: LendingInput): LendingDecision {
  const { settings, seen, nowMs, local } = input
  const schedule = settings.schedule === null ? null : lookUpSchedule(settings.schedule, local)
  const changesAtMs = schedule?.forMs == null ? null : nowMs + schedule.forMs
  if (!settings.isOn) return { state: 'off', gate: 'off', reason: 'Lending is switched off.', untilMs: null }
  if (settings.pausedUntilMs !== null && nowMs < settings.pausedUntilMs) {
    return frozen('paused', 'Lending is paused by hand.', settings.pausedUntilMs)
  }
  if (seen.isOnBattery && !settings.onBattery) return frozen('on-battery', 'The machine runs on its battery.', null)
  if (seen.isMetered && !settings.onMetered) return frozen('metered', 'The network costs by the byte.', null)
  if (schedule?.isOpen === false) return frozen('out-of-schedule', 'The schedule is closed.', changesAtMs)
  if (settings.when === 'idle') {
    const presence = presenceOf(input)
    if (presence !== null) {
      return settings.onReturn === 'freeze'
        ? frozen(presence.state, presence.reason, null)
        : { ...presence, gate: 'closed', reason: `${presence.reason} ${GOES_ON}`, untilMs: null }
    }
  }
  return { state: 'open', gate: 'open', reason: OPEN[settings.when], untilMs: changesAtMs }
}

const GOES_ON = 'What runs goes on with what you leave it, and nothing new is taken.'
const STANDS_STILL = 'What runs stands still.'
const OPEN = {
  always: 'The machine lends whatever is done on it.',
  idle: 'The machine lends because nobody uses it.',
  schedule: 'The machine lends because its schedule is open.',
} as const

const frozen = (state: LendingState, reason: string, untilMs: number | null): LendingDecision => ({
  state,
  gate: 'frozen',
  reason: `${reason} ${STANDS_STILL}`,
  untilMs,
})

/** Who uses the machine, or null where nobody does. */
function presenceOf({ settings, seen, nowMs, busyAtMs }: LendingInput): {
  state: 'here' | 'busy'
  reason: string
} | null {
  const { inputIdleMs, otherCores, cores } = seen
  if (inputIdleMs !== null && inputIdleMs < settings.idleAfterMs) {
    return { state: 'here', reason: `You are here: it lends after ${minutes(settings.idleAfterMs)} without input.` }
  }
  if (isBusy(seen)) {
    return { state: 'busy', reason: `Your own programs keep ${otherCores.toFixed(1)} of ${cores} cores busy.` }
  }
  const quietMs = inputIdleMs === null ? settings.idleAfterMs : Math.min(SETTLE_MS, settings.idleAfterMs)
  if (nowMs - busyAtMs < quietMs) {
    return { state: 'busy', reason: `Your own programs have to be quiet for ${minutes(quietMs)} first.` }
  }
  return null
}

const minutes = (ms: number): string => (ms < 60_000 ? `${Math.round(ms / 1_000)} s` : `${Math.round(ms / 60_000)} min`)

/** Who comes back must not wait: what is lent by input and load is looked at this often. */
const WATCH_MS = 300
const LOOK_MS = 2_000

/** When to look again. */
export const nextLookMs = ({ when }: LendingSettings, { gate }: LendingDecision): number =>
  when === 'idle' && gate === 'open' ? WATCH_MS : LOOK_MS
