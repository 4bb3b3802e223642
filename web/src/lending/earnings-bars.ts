import type { Earnings } from '@golem/api'
import { glmFloat } from '../format/amounts.ts'

export type Span = 'day' | 'week' | 'month' | 'all'
const FORMATS = {
  day: { hour: '2-digit', hourCycle: 'h23' },
  week: { month: 'numeric', day: 'numeric' },
  month: { month: 'numeric', day: 'numeric' },
  all: { year: '2-digit', month: 'numeric' },
} as const
export type Bar = { name: string; value: number }

const HOUR_MS = 3_600_000
const COUNTS = { day: 24, week: 7, month: 30 } as const
const FEWEST_MONTHS = 6

/** Hours of the last day, days of the last week or month, or all months since the first; those without any are there, too. */
export function barsOf(hours: Earnings['hours'], span: Span, nowMs: number, language: string): Bar[] {
  const starts = span === 'all' ? monthsSince(hours[0]?.fromMs ?? nowMs, nowMs) : startsOf(span, nowMs)
  const format = new Intl.DateTimeFormat(language, FORMATS[span])
  return starts.map((fromMs, index) => {
    const untilMs = starts[index + 1] ?? Number.POSITIVE_INFINITY
    const sum = hours
      .filter((hour) => hour.fromMs >= fromMs && hour.fromMs < untilMs)
      .reduce((total, hour) => total + BigInt(hour.earnedWei), 0n)
    return { name: format.format(fromMs), value: glmFloat(sum) }
  })
}

/** Since midnight here, or since that of six days before. */
export function earnedSince(hours: Earnings['hours'], span: 'day' | 'week', nowMs: number): bigint {
  const fromMs = midnight(nowMs, span === 'day' ? 0 : 6)
  return hours.filter((hour) => hour.fromMs >= fromMs).reduce((sum, hour) => sum + BigInt(hour.earnedWei), 0n)
}

function startsOf(span: Exclude<Span, 'all'>, nowMs: number): number[] {
  const count = COUNTS[span]
  return Array.from({ length: count }, (_, index) => {
    const back = count - 1 - index
    return span === 'day' ? Math.floor(nowMs / HOUR_MS) * HOUR_MS - back * HOUR_MS : midnight(nowMs, back)
  })
}

function monthsSince(firstMs: number, nowMs: number): number[] {
  const [first, now] = [new Date(firstMs), new Date(nowMs)]
  const passed = (now.getFullYear() - first.getFullYear()) * 12 + now.getMonth() - first.getMonth()
  const count = Math.max(FEWEST_MONTHS, passed + 1)
  return Array.from({ length: count }, (_, index) =>
    new Date(now.getFullYear(), now.getMonth() - (count - 1 - index)).getTime(),
  )
}

/** By the calendar: days have 23 or 25 hours when clocks are changed. */
function midnight(nowMs: number, daysBack: number): number {
  const date = new Date(nowMs)
  return new Date(date.getFullYear(), date.getMonth(), date.getDate() - daysBack).getTime()
}
