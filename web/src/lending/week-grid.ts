/** Minutes of a week that are open, Monday first: `grid[day][minute]`. */
export type WeekGrid = readonly (readonly boolean[])[]

const DAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const
const MINUTES = 24 * 60

export const emptyWeek = (isOpen = false): WeekGrid => DAYS.map(() => Array.from({ length: MINUTES }, () => isOpen))

/** A schedule as the daemon reads it (`mon-fri 19:00-07:30, sat-sun`). null: it is not understood, and is left as it was written. */
export function readWeek(text: string): WeekGrid | null {
  const grid = DAYS.map(() => Array.from({ length: MINUTES }, () => false))
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
    const to = toHour === undefined ? MINUTES : Number(toHour) * 60 + Number(toMinute)
    const end = to <= from ? to + MINUTES : to
    for (let day = fromDay; day <= fromDay + ((toDay - fromDay + 7) % 7); day += 1) {
      grid[day % 7]?.fill(true, from, end)
      grid[(day + 1) % 7]?.fill(true, 0, Math.max(0, end - MINUTES))
    }
  }
  return grid
}

/** The same as text; null where no minute is open: a schedule is never empty. */
export function writeWeek(grid: WeekGrid): string | null {
  const days = grid.map(spansOf)
  const parts: string[] = []
  for (let day = 0; day < DAYS.length; ) {
    const spans = days[day] ?? []
    let last = day
    while (last + 1 < DAYS.length && days[last + 1]?.join() === spans.join()) last += 1
    const names = last === day ? DAYS[day] : `${DAYS[day]}-${DAYS[last]}`
    for (const span of spans) parts.push(span === 'all' ? `${names}` : `${names} ${span}`)
    day = last + 1
  }
  return parts.length === 0 ? null : parts.join(', ')
}

/** How much of an hour is open. */
export function hourOf(grid: WeekGrid, day: number, hour: number): 'all' | 'part' | 'none' {
  const minutes = grid[day]?.slice(hour * 60, hour * 60 + 60) ?? []
  return minutes.every(Boolean) ? 'all' : minutes.some(Boolean) ? 'part' : 'none'
}

/** The same week with a whole hour opened or closed, and every other minute as it was. */
export const paintHour = (grid: WeekGrid, day: number, hour: number, isOpen: boolean): WeekGrid =>
  grid.map((row, at) => (at === day ? [...row].fill(isOpen, hour * 60, hour * 60 + 60) : row))

function spansOf(row: readonly boolean[]): string[] {
  if (row.every(Boolean)) return ['all']
  const spans: string[] = []
  for (let from = row.indexOf(true); from !== -1; ) {
    const end = row.indexOf(false, from)
    const to = end === -1 ? MINUTES : end
    spans.push(`${clock(from)}-${clock(to)}`)
    from = row.indexOf(true, to)
  }
  return spans
}

const clock = (minute: number): string =>
  `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`
