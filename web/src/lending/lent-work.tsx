import type { LentWork } from '@golem/api'
import { useQuery } from '@tanstack/react-query'
import clsx from 'clsx'
import { useTranslation } from 'react-i18next'
import { lentWorkQuery } from '../api/queries.ts'
import { percent, timeOfDay } from '../format/quantities.ts'
import { useSaid } from '../i18n/use-said.ts'
import { usePicture } from '../job/use-picture.ts'
import { Meter } from '../ui/meter.tsx'

/** Two rows, and a third on small screens. */
const MOST = 6

/** What each lent core computes and computed a moment ago, with a first look at it or with what came out of it. */
export function LentWorkList() {
  const { t } = useTranslation()
  const { data = [] } = useQuery(lentWorkQuery)
  // No picture is painted of most short ones: they would be empty frames.
  const shown = data.filter(({ state, hasPicture }) => state !== 'computed' || hasPicture).slice(0, MOST)
  if (shown.length === 0) return null
  return (
    <ul aria-label={t('lending.work')} className="mt-4 grid grid-cols-2 gap-3 border-t pt-4 sm:grid-cols-3">
      {shown.map((work) => (
        <Work key={work.id} work={work} />
      ))}
    </ul>
  )
}

function Work({ work }: { work: LentWork }) {
  const { t, i18n } = useTranslation()
  const said = useSaid()
  const { id, app, state, fraction, note, endedAtMs, isPrivate, hasPicture, isSketch } = work
  // Another name for the page alone: it fetches a picture once.
  const picture = usePicture(hasPicture ? `/v1/lending/work/${id}/picture${isSketch ? '#sketch' : ''}` : null)
  const what = note === '' ? app : said(note)
  return (
    <li data-work={state} data-shown={picture !== null} data-sketch={isSketch} className="min-w-0">
      <div className="relative aspect-video overflow-hidden rounded-lg border bg-raised">
        {picture !== null ? (
          <img
            src={picture}
            alt={t(isSketch ? 'lending.workSketch' : 'lending.workPicture', { what })}
            decoding="async"
            className="checkered size-full object-contain"
          />
        ) : (
          <p
            className={clsx(
              'flex size-full items-center justify-center p-2 text-center text-muted text-xs',
              state === 'running' && 'animate-pulse bg-accent-soft',
            )}
          >
            {isPrivate ? t('lending.workPrivate') : state === 'running' ? t('lending.workSoon') : null}
          </p>
        )}
        {picture !== null && isSketch && (
          <p className="absolute bottom-1 left-1 rounded bg-surface px-1.5 text-muted text-xs">
            {t('lending.workFirstLook')}
          </p>
        )}
      </div>
      <p className="mt-1 flex items-baseline justify-between gap-2 text-[13px]">
        <span className="truncate">{what}</span>
        <span className="shrink-0 text-muted text-xs tabular-nums">
          {state === 'running'
            ? percent(fraction, i18n.language)
            : state === 'failed'
              ? t('lending.workFailed')
              : timeOfDay(endedAtMs ?? 0, i18n.language)}
        </span>
      </p>
      {state === 'running' && <Meter label={what} value={fraction} max={1} />}
    </li>
  )
}
