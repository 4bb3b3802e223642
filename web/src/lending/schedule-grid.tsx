import clsx from 'clsx'
import { useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Button } from '../ui/button.tsx'
import { TextField } from '../ui/field.tsx'
import { emptyWeek, readWeek, type WeekGrid, writeWeek } from './week-grid.ts'

/** A Monday, to name days by. */
const MONDAY = new Date(2024, 0, 1)

type Props = { schedule: string | null; onSchedule: (schedule: string | null) => void }

/** A week to paint on with the mouse, or hour by hour with the keyboard; what it says stands below as text. */
export function ScheduleGrid({ schedule, onSchedule }: Props) {
  const { t, i18n } = useTranslation()
  const [grid, setGrid] = useState<WeekGrid>(() => gridOf(schedule))
  const [text, setText] = useState(schedule ?? '')
  const brush = useRef<boolean | null>(null)
  const latest = useRef(grid)
  latest.current = grid
  useEffect(() => {
    setGrid(gridOf(schedule))
    setText(schedule ?? '')
  }, [schedule])
  const save = (next: WeekGrid) => onSchedule(writeWeek(next))
  const paint = (day: number, hour: number, isOpen: boolean) =>
    setGrid((before) => before.map((row, at) => (at === day ? row.with(hour, isOpen) : row)))
  useEffect(() => {
    const stop = () => {
      if (brush.current === null) return
      brush.current = null
      save(latest.current)
    }
    window.addEventListener('pointerup', stop)
    return () => window.removeEventListener('pointerup', stop)
  })
  const days = Array.from({ length: 7 }, (_, day) => {
    const date = new Date(MONDAY)
    date.setDate(date.getDate() + day)
    return {
      short: new Intl.DateTimeFormat(i18n.language, { weekday: 'short' }).format(date),
      long: new Intl.DateTimeFormat(i18n.language, { weekday: 'long' }).format(date),
    }
  })
  return (
    <div>
      <div className="overflow-x-auto pb-1">
        <div className="min-w-[30rem] touch-pan-x select-none pr-1">
          <div aria-hidden className="mb-1 grid grid-cols-[3rem_repeat(24,minmax(0,1fr))] text-[10px] text-muted">
            <span />
            {Array.from({ length: 24 }, (_, hour) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: hours are what they are
              <span key={hour}>{hour % 3 === 0 ? hour : ''}</span>
            ))}
          </div>
          {grid.map((row, day) => (
            <div key={days[day]?.long} className="grid grid-cols-[3rem_repeat(24,minmax(0,1fr))] items-center gap-px">
              <span className="text-muted text-xs">{days[day]?.short}</span>
              {row.map((isOpen, hour) => (
                <button
                  // biome-ignore lint/suspicious/noArrayIndexKey: hours are what they are
                  key={hour}
                  type="button"
                  aria-pressed={isOpen}
                  aria-label={t('lending.hour', { day: days[day]?.long ?? '', hour })}
                  onPointerDown={(event) => {
                    event.currentTarget.releasePointerCapture(event.pointerId)
                    brush.current = !isOpen
                    paint(day, hour, !isOpen)
                  }}
                  onPointerEnter={() => brush.current !== null && paint(day, hour, brush.current)}
                  onKeyDown={(event) => {
                    if (event.key !== ' ' && event.key !== 'Enter') return
                    event.preventDefault()
                    save(grid.map((each, at) => (at === day ? each.with(hour, !isOpen) : each)))
                  }}
                  className={clsx('h-6 rounded-xs', isOpen ? 'bg-accent' : 'bg-raised hover:bg-edge/40')}
                />
              ))}
            </div>
          ))}
        </div>
      </div>
      <form
        className="mt-3 flex flex-wrap items-end gap-2"
        onSubmit={(event) => {
          event.preventDefault()
          onSchedule(text.trim() === '' ? null : text.trim())
        }}
      >
        <TextField
          className="min-w-52 flex-1"
          label={t('lending.scheduleText')}
          value={text}
          placeholder={t('lending.noSchedule')}
          onText={setText}
          spellCheck={false}
        />
        <Button type="submit" disabled={text.trim() === (schedule ?? '')}>
          {t('common.save')}
        </Button>
        <Button look="quiet" onClick={() => onSchedule(null)} disabled={schedule === null}>
          {t('lending.noSchedule')}
        </Button>
      </form>
    </div>
  )
}

const gridOf = (schedule: string | null): WeekGrid =>
  schedule === null ? emptyWeek(true) : (readWeek(schedule)?.grid ?? emptyWeek())
