import clsx from 'clsx'
import { useCallback, useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Button } from '../ui/button.tsx'
import { TextField } from '../ui/field.tsx'
import { Notice } from '../ui/notice.tsx'
import { emptyWeek, hourOf, paintHour, readWeek, type WeekGrid, writeWeek } from './week-grid.ts'

/** A Monday, to name days by. */
const MONDAY = new Date(2024, 0, 1)

const HOURS = Array.from({ length: 24 }, (_, hour) => hour)
const LOOKS = { all: 'bg-accent', part: 'bg-accent/50', none: 'bg-raised hover:bg-edge/40' } as const
const PRESSED = { all: true, part: 'mixed', none: false } as const

type Props = {
  schedule: string | null
  /** null for none: at all hours. */
  onSchedule: (schedule: string | null) => void
  /** Ends lending; left out where nothing is lent. */
  onStop: (() => void) | undefined
}

/** A week to paint on with the mouse, or hour by hour with the keyboard; what it says stands below as text. */
export function ScheduleGrid({ schedule, onSchedule, onStop }: Props) {
  const { t, i18n } = useTranslation()
  const [grid, setGrid] = useState<WeekGrid>(() => gridOf(schedule))
  const [text, setText] = useState(schedule ?? '')
  const [isEmptied, setEmptied] = useState(false)
  const brush = useRef<boolean | null>(null)
  const latest = useRef(grid)
  latest.current = grid
  const showSaved = useCallback(() => {
    setGrid(gridOf(schedule))
    setText(schedule ?? '')
    setEmptied(false)
  }, [schedule])
  useEffect(showSaved, [showSaved])
  /** A week without an hour is no schedule, and the contrary of none: what was saved stays. */
  const save = (next: WeekGrid) => {
    const written = writeWeek(next)
    setEmptied(written === null)
    if (written !== null) onSchedule(written)
  }
  const paint = (day: number, hour: number, isOpen: boolean) =>
    setGrid((before) => paintHour(before, day, hour, isOpen))
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
            {HOURS.map((hour) => (
              <span key={hour}>{hour % 3 === 0 ? hour : ''}</span>
            ))}
          </div>
          {days.map(({ short, long }, day) => (
            <div key={long} className="grid grid-cols-[3rem_repeat(24,minmax(0,1fr))] items-center gap-px">
              <span className="text-muted text-xs">{short}</span>
              {HOURS.map((hour) => {
                const open = hourOf(grid, day, hour)
                return (
                  <button
                    key={hour}
                    type="button"
                    aria-pressed={PRESSED[open]}
                    aria-label={t('lending.hour', { day: long, hour })}
                    onPointerDown={(event) => {
                      event.currentTarget.releasePointerCapture(event.pointerId)
                      brush.current = open !== 'all'
                      paint(day, hour, brush.current)
                    }}
                    onPointerEnter={() => brush.current !== null && paint(day, hour, brush.current)}
                    onKeyDown={(event) => {
                      if (event.key !== ' ' && event.key !== 'Enter') return
                      event.preventDefault()
                      const next = paintHour(grid, day, hour, open !== 'all')
                      setGrid(next)
                      save(next)
                    }}
                    className={clsx('h-6 rounded-xs', LOOKS[open])}
                  />
                )
              })}
            </div>
          ))}
        </div>
      </div>
      {isEmptied && (
        <Notice
          tone="warn"
          className="mt-3"
          title={t('lending.noHour')}
          action={
            <div className="flex flex-wrap gap-2">
              <Button size="small" onClick={showSaved}>
                {t('lending.noHourBack')}
              </Button>
              {onStop !== undefined && (
                <Button size="small" look="danger" onClick={onStop}>
                  {t('lending.stop')}
                </Button>
              )}
            </div>
          }
        >
          {t('lending.noHourAbout')}
        </Notice>
      )}
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
  schedule === null ? emptyWeek(true) : (readWeek(schedule) ?? emptyWeek())
