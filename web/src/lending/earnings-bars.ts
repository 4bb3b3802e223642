import type { Earnings } from '@golem/api'
import { glmFloat } from '../format/amounts.ts'

export type Span = 'day' | 'week' | 'month'
export type Bar = { name: string; value: number }

const HOUR_MS = 3_600_000
const COUNTS = { day: 24, week: 7, month: 30 } as const

/** Hours of the last day, or days of the last week or month; those without any are there, too. */
export function barsOf(hours: Earnings['hours'], span: Span, nowMs: number, language: string): Bar[] {
  const starts = startsOf(span, nowMs)
  const format = new Intl.DateTimeFormat(
    language,
    span === 'day' ? { hour: '2-digit', hourCycle: 'h23' } : { month: 'numeric', day: 'numeric' },
  )
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

function startsOf(span: Span, nowMs: number): number[] {
  const count = COUNTS[span]
  return Array.from({ length: count }, (_, index) => {
    const back = count - 1 - index
    return span === 'day' ? Math.floor(nowMs / HOUR_MS) * HOUR_MS - back * HOUR_MS : midnight(nowMs, back)
  })
}

/** By the calendar: days have 23 or 25 hours when clocks are changed. */
function midnight(nowMs: number, daysBack: number): number {
  const date = new Date(nowMs)
  return new Date(date.getFullYear(), date.getMonth(), date.getDate() - daysBack).getTime()
}
