import type { LocalTime } from '@golem/market'

/** A moment by the machine's own clock on the wall and its time zone. */
export function localTime(ms: number): LocalTime {
  const date = new Date(ms)
  const seconds = (date.getHours() * 60 + date.getMinutes()) * 60 + date.getSeconds()
  return { weekday: date.getDay(), msOfDay: seconds * 1_000 + date.getMilliseconds() }
}
