import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { lookUpSchedule, parseSchedule } from './schedule.ts'

const HOUR_MS = 3_600_000
const at = (weekday: number, hour: number) => ({ weekday, msOfDay: hour * HOUR_MS })
const [SUN, MON, TUE, FRI, SAT] = [0, 1, 2, 5, 6] as const

describe('a schedule', () => {
  it('is open on its days in its hours, and says for how long', () => {
    const schedule = parseSchedule('mon-fri 9:00-17:00')
    expect(lookUpSchedule(schedule, at(MON, 8))).toEqual({ isOpen: false, forMs: HOUR_MS })
    expect(lookUpSchedule(schedule, at(MON, 9))).toEqual({ isOpen: true, forMs: 8 * HOUR_MS })
    expect(lookUpSchedule(schedule, at(FRI, 17))).toEqual({ isOpen: false, forMs: 64 * HOUR_MS })
    expect(lookUpSchedule(schedule, at(SUN, 12))).toEqual({ isOpen: false, forMs: 21 * HOUR_MS })
  })

  it('goes past midnight, and past the end of the week', () => {
    const schedule = parseSchedule('sat 22:00-06:00')
    expect(lookUpSchedule(schedule, at(SAT, 21))).toEqual({ isOpen: false, forMs: HOUR_MS })
    expect(lookUpSchedule(schedule, at(SAT, 23))).toEqual({ isOpen: true, forMs: 7 * HOUR_MS })
    expect(lookUpSchedule(schedule, at(SUN, 5))).toEqual({ isOpen: true, forMs: HOUR_MS })
    expect(lookUpSchedule(schedule, at(SUN, 6)).isOpen).toBe(false)
  })

  it('joins parts that touch or overlap', () => {
    const schedule = parseSchedule('mon 09:00-12:00, mon 11:00-24:00, TUE')
    expect(lookUpSchedule(schedule, at(MON, 10))).toEqual({ isOpen: true, forMs: 38 * HOUR_MS })
    expect(lookUpSchedule(schedule, at(TUE, 23))).toEqual({ isOpen: true, forMs: HOUR_MS })
  })

  it('takes hours without days for every day, and days in any order round the week', () => {
    expect(lookUpSchedule(parseSchedule('0:00-24:00'), at(TUE, 3))).toEqual({ isOpen: true, forMs: null })
    expect(lookUpSchedule(parseSchedule('sun-sat'), at(TUE, 3))).toEqual({ isOpen: true, forMs: null })
    expect(lookUpSchedule(parseSchedule('sat-mon'), at(SAT, 1))).toEqual({ isOpen: true, forMs: 71 * HOUR_MS })
    expect(lookUpSchedule(parseSchedule('22:00-06:00'), at(MON, 5))).toEqual({ isOpen: true, forMs: HOUR_MS })
  })

  it('changes exactly when it says so', () => {
    const hour = fc.integer({ min: 0, max: 23 })
    const part = fc
      .tuple(fc.constantFrom('mon', 'tue-thu', 'sat-sun', ''), hour, hour)
      .map(([days, from, to]) => `${days} ${from}:00-${to}:00`.trim())
    fc.assert(
      fc.property(fc.array(part, { minLength: 1, maxLength: 4 }), fc.integer({ min: 0, max: 167 }), (parts, hours) => {
        const schedule = parseSchedule(parts.join(', '))
        const isOpenAt = (offset: number) =>
          lookUpSchedule(schedule, at(Math.floor((((hours + offset) % 168) + 168) / 24) % 7, (hours + offset) % 24))
            .isOpen
        const { isOpen, forMs } = lookUpSchedule(schedule, at(Math.floor(hours / 24), hours % 24))
        const lasts = forMs === null ? 168 : forMs / HOUR_MS
        for (let offset = 0; offset < lasts; offset += 1) expect(isOpenAt(offset)).toBe(isOpen)
        if (forMs !== null) expect(isOpenAt(lasts)).toBe(!isOpen)
      }),
    )
  })

  it.each(['', 'xyz', 'mon-xyz 9:00-10:00', 'mon 25:00-26:00', 'mon 9:00-24:01', 'mon 9-17', 'mon,', 'mon 9:00'])(
    'says what is wrong with "%s"',
    (text) => {
      expect(() => parseSchedule(text)).toThrow(expect.objectContaining({ code: 'SCHEDULE_INVALID' }))
    },
  )
})
