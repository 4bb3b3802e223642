/** Hours of a week, Monday first: `grid[day][hour]`. */
export type WeekGrid = boolean[][]

const DAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const
const HOURS = 24

export const emptyWeek = (isOpen = false): WeekGrid => DAYS.map(() => Array.from({ length: HOURS }, () => isOpen))

/**
 * A schedule as the daemon reads it (`mon-fri 19:00-07:30, sat-sun`), hour by hour; an hour counts where any of it is
 * open. null: it is not understood, and is left as it was written.
 */
export function readWeek(text: string): { grid: WeekGrid; isWhole: boolean } | null {
  const grid = emptyWeek()
  let isWhole = true
  for (const part of text.toLowerCase().split(',')) {
    const match = /^(?:([a-z]{3})(?:-([a-z]{3}))?)?(?:(?:^|\s+)(\d{1,2}):(\d\d)-(\d{1,2}):(\d\d))?$/.exec(part.trim())
    if (match === null || part.trim() === '') return null
    const [, first = 'mon', last = match[1] ?? 'sun', fromHour, fromMinute, toHour, toMinute] = match
    const [fromDay, toDay] = [first, last].map((name) => DAYS.indexOf(name as (typeof DAYS)[number])) as [
      number,
      number,
    ]
    if (fromDay < 0 || toDay < 0) return null
    const from = fromHour === undefined ? 0 : Number(fromHour) * 60 + Number(fromMinute)
    const to = toHour === undefined ? HOURS * 60 : Number(toHour) * 60 + Number(toMinute)
    if (from % 60 !== 0 || to % 60 !== 0) isWhole = false
    const end = to <= from ? to + HOURS * 60 : to
    for (let at = 0; at <= (toDay - fromDay + 7) % 7; at += 1) {
      for (let hour = Math.floor(from / 60); hour * 60 < end; hour += 1) {
        const day = (fromDay + at + Math.floor(hour / HOURS)) % 7
        const row = grid[day]
        if (row !== undefined) row[hour % HOURS] = true
      }
    }
  }
  return { grid, isWhole }
}

/** The same as text; null where no hour is open: a schedule is never empty. */
export function writeWeek(grid: WeekGrid): string | null {
  const parts: string[] = []
  for (let day = 0; day < DAYS.length; ) {
    const hours = spansOf(grid[day] ?? [])
    let last = day
    while (last + 1 < DAYS.length && spansOf(grid[last + 1] ?? []).join() === hours.join()) last += 1
    const days = last === day ? DAYS[day] : `${DAYS[day]}-${DAYS[last]}`
    for (const span of hours) parts.push(span === 'all' ? `${days}` : `${days} ${span}`)
    day = last + 1
  }
  return parts.length === 0 ? null : parts.join(', ')
}

function spansOf(row: readonly boolean[]): string[] {
  if (row.every(Boolean)) return ['all']
  const spans: string[] = []
  for (let hour = 0; hour < HOURS; hour += 1) {
    if (!row[hour]) continue
    const from = hour
    while (hour + 1 < HOURS && row[hour + 1]) hour += 1
    spans.push(`${String(from).padStart(2, '0')}:00-${String(hour + 1).padStart(2, '0')}:00`)
  }
  return spans
}
