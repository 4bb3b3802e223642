import { GolemError } from '@golem/protocol'

const DAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] as const
const DAY_MS = 86_400_000
const WEEK_MS = 7 * DAY_MS

/** A span of every week, in ms since midnight between Saturday and Sunday. `toMs` may lie in the next week. */
type Span = { fromMs: number; toMs: number }
/** When a machine lends, week by week, by its own clock on the wall. Never empty. */
export type Schedule = readonly Span[]

/** A moment of the week by the machine's own clock. */
export type LocalTime = {
  /** 0 is Sunday. */
  weekday: number
  /** Since midnight. */
  msOfDay: number
}

/**
 * Reads a schedule as people write it: days and hours, joined by commas. Days alone mean all day; hours alone, every
 * day; hours past midnight belong to the day on which they begin.
 *
 * @throws {GolemError} `SCHEDULE_INVALID`
 * @example
 * parseSchedule('mon-fri 19:00-07:30, sat-sun')
 */
export function parseSchedule(text: string): Schedule {
  const spans = text
    .toLowerCase()
    .split(',')
    .flatMap((part) => parsePart(part.trim(), text))
  if (spans.length > MAX_SPANS) throw invalid(text, `it has more than ${MAX_SPANS} parts`)
  return spans
}

const MAX_SPANS = 100

function parsePart(part: string, text: string): Span[] {
  const match = /^(?:([a-z]{3})(?:-([a-z]{3}))?)?(?:(?:^|\s+)(\d{1,2}):(\d\d)-(\d{1,2}):(\d\d))?$/.exec(part)
  if (match === null || part === '') throw invalid(text, `"${part}" is neither days nor hours`)
  const [, first = 'sun', last = match[1] ?? 'sat', ...hours] = match
  const [fromDay, toDay] = [first, last].map((name) => {
    const day = DAYS.indexOf(name as (typeof DAYS)[number])
    if (day === -1) throw invalid(text, `"${name}" is no day`)
    return day
  }) as [number, number]
  const [fromMs, toMs] = hours[0] === undefined ? [0, DAY_MS] : hoursOf(hours, part, text)
  const count = ((toDay - fromDay + 7) % 7) + 1
  return Array.from({ length: count }, (_, at) => {
    const dayMs = ((fromDay + at) % 7) * DAY_MS
    return { fromMs: dayMs + fromMs, toMs: dayMs + toMs + (toMs <= fromMs ? DAY_MS : 0) }
  })
}

function hoursOf(parts: readonly (string | undefined)[], part: string, text: string): [number, number] {
  const [fromHour = 0, fromMinute = 0, toHour = 0, toMinute = 0] = parts.map(Number)
  if (fromHour > 23 || fromMinute > 59 || toMinute > 59 || toHour * 60 + toMinute > 24 * 60) {
    throw invalid(text, `"${part}" has hours that no day has`)
  }
  return [(fromHour * 60 + fromMinute) * 60_000, (toHour * 60 + toMinute) * 60_000]
}

const invalid = (text: string, why: string): GolemError =>
  new GolemError({
    code: 'SCHEDULE_INVALID',
    message: `The schedule "${text.slice(0, 200)}" cannot be read: ${why}.`,
    remedy: 'Write days and hours such as "mon-fri 19:00-07:30, sat-sun".',
  })

/**
 * Whether a schedule is open, and how long that lasts; null where it never ends. A week in which the clocks are changed
 * is an hour off until that has happened.
 */
export function lookUpSchedule(
  schedule: Schedule,
  { weekday, msOfDay }: LocalTime,
): { isOpen: boolean; forMs: number | null } {
  const nowMs = weekday * DAY_MS + msOfDay
  /** Spans may touch and overlap: the end of one is looked up again. */
  const endAfter = (ms: number): number | null => {
    const ends = schedule
      .flatMap(({ fromMs, toMs }) =>
        [-WEEK_MS, 0, WEEK_MS].map((shift) => ({ from: fromMs + shift, to: toMs + shift })),
      )
      .filter(({ from, to }) => from <= ms && ms < to)
      .map(({ to }) => to)
    return ends.length === 0 ? null : Math.max(...ends)
  }
  let end = endAfter(nowMs)
  if (end === null) {
    const waits = schedule.map(({ fromMs }) => (fromMs - nowMs + WEEK_MS) % WEEK_MS)
    return { isOpen: false, forMs: Math.min(...waits) }
  }
  while (end - nowMs < WEEK_MS) {
    const further = endAfter(end % WEEK_MS)
    if (further === null) return { isOpen: true, forMs: end - nowMs }
    end += further - (end % WEEK_MS)
  }
  return { isOpen: true, forMs: null }
}
