import type { LendingView } from '@golem/api'
import { useQuery } from '@tanstack/react-query'
import clsx from 'clsx'
import { Hammer, Pause, Play, Power } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { machineQuery } from '../api/queries.ts'
import { glm } from '../format/amounts.ts'
import { bytes, dateTime } from '../format/quantities.ts'
import { useSaid } from '../i18n/use-said.ts'
import { Address } from '../ui/address.tsx'
import { Badge } from '../ui/badge.tsx'
import { Button } from '../ui/button.tsx'
import { Card } from '../ui/card.tsx'
import { ProblemNotice } from '../ui/problem-notice.tsx'
import { LentWorkList } from './lent-work.tsx'
import { doingOf, TONES } from './state-of.ts'
import { useLendingChange } from './use-lending-change.ts'

const HOUR_MS = 3_600_000

/** What the machine does at this moment, why, and for whom. */
export function LendingNow({ view }: { view: LendingView }) {
  const { t, i18n } = useTranslation()
  const said = useSaid()
  const machine = useQuery(machineQuery)
  const change = useLendingChange()
  const { settings, now, provider } = view
  const doing = doingOf(view, machine.data)
  const isPaused = now?.state === 'paused'
  return (
    <Card title={t('lending.now')} aside={<Badge tone={TONES[doing]}>{t(`lending.doing.${doing}`)}</Badge>}>
      <div aria-live="polite" data-testid="doing" data-doing={doing} className="flex gap-3">
        <span
          aria-hidden
          className={clsx(
            'mt-1 size-3 shrink-0 rounded-full',
            doing === 'working' ? 'animate-pulse bg-good' : doing === 'waiting' ? 'bg-accent' : 'bg-edge',
          )}
        />
        <div className="min-w-0">
          <p className="font-medium text-[15px]">
            {t(`lending.why.${doing}`, { least: bytes(machine.data?.reservedDiskBytes ?? 0) })}
          </p>
          {doing === 'working' && now !== null && now.state !== 'open' && (
            <p className="text-muted">{t(`lending.why.${now.state}`)}</p>
          )}
          {now?.gate === 'frozen' && <p className="text-muted">{t('lending.frozen')}</p>}
          {(doing === 'failed' || doing === 'busy') && (
            <p className="break-words text-muted">{said(provider.reason)}</p>
          )}
          {now?.untilMs != null && (
            <p className="text-muted">{t('lending.until', { time: dateTime(now.untilMs, i18n.language) })}</p>
          )}
        </div>
      </div>
      {provider.activities.length > 0 && (
        <ul className="mt-4 divide-y border-t">
          {provider.activities.map((activity) => (
            <li
              key={`${activity.requestor}/${activity.app}`}
              className="flex flex-wrap items-center justify-between gap-x-4 gap-y-1 py-2.5"
            >
              <span className="flex items-center gap-2">
                <Hammer aria-hidden className="size-4 text-muted" />
                <span className="font-medium">{activity.app}</span>
                <span className="text-muted">{t('lending.for')}</span>
                <Address of={activity.requestor} />
              </span>
              <span className="text-muted text-[13px] tabular-nums">
                {t('lending.activity', { running: activity.running, accepted: activity.accepted })} ·{' '}
                {glm(activity.earnedWei)}
              </span>
            </li>
          ))}
        </ul>
      )}
      <LentWorkList />
      {provider.failures.length > 0 && (
        <details className="mt-3">
          <summary className="cursor-pointer text-muted">
            {t('lending.failures', { count: provider.failures.length })}
          </summary>
          <ul className="mt-2 space-y-2">
            {provider.failures.toReversed().map((failure) => (
              <li key={`${failure.atMs}/${failure.code}`} className="rounded-lg bg-raised p-2.5 text-[13px]">
                <p className="break-words">{said(failure.message)}</p>
                <p className="text-muted text-xs">
                  {failure.app} · {dateTime(failure.atMs, i18n.language)}
                </p>
              </li>
            ))}
          </ul>
        </details>
      )}
      {change.isError && <ProblemNotice className="mt-3" error={change.error} />}
      <div className="mt-5 flex flex-wrap gap-2">
        {!settings.isOn && (
          <Button
            look="primary"
            onClick={() => change.mutate({ isOn: true, pauseMs: null })}
            disabled={change.isPending}
          >
            <Power aria-hidden className="size-4" />
            {t('lending.start')}
          </Button>
        )}
        {settings.isOn && !isPaused && (
          <Button onClick={() => change.mutate({ pauseMs: HOUR_MS })} disabled={change.isPending}>
            <Pause aria-hidden className="size-4" />
            {t('lending.pause')}
          </Button>
        )}
        {settings.isOn && isPaused && (
          <Button look="primary" onClick={() => change.mutate({ pauseMs: null })} disabled={change.isPending}>
            <Play aria-hidden className="size-4" />
            {t('lending.resume')}
          </Button>
        )}
        {settings.isOn && (
          <Button look="danger" onClick={() => change.mutate({ isOn: false })} disabled={change.isPending}>
            <Power aria-hidden className="size-4" />
            {t('lending.stop')}
          </Button>
        )}
      </div>
    </Card>
  )
}
