import type { JobDetail } from '@golem/api'
import { isEnded } from '@golem/api/client'
import { getRouteApi } from '@tanstack/react-router'
import { WifiOff } from 'lucide-react'
import { Tabs } from 'radix-ui'
import { lazy, Suspense, useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useLiveJob } from '../api/use-live-job.ts'
import { glm } from '../format/amounts.ts'
import { dateTime, duration } from '../format/quantities.ts'
import { useSaid } from '../i18n/use-said.ts'
import { JobBadge } from '../jobs/job-badge.tsx'
import { Card } from '../ui/card.tsx'
import { Loading } from '../ui/loading.tsx'
import { Meter } from '../ui/meter.tsx'
import { Notice } from '../ui/notice.tsx'
import { PageTitle } from '../ui/page-title.tsx'
import { ProblemNotice } from '../ui/problem-notice.tsx'
import { QueryView } from '../ui/query-view.tsx'
import { Stat } from '../ui/stat.tsx'
import { TabList } from '../ui/tab-list.tsx'
import { ChecksList } from './checks-list.tsx'
import { FrameDialog } from './frame-dialog.tsx'
import { FrameGrid } from './frame-grid.tsx'
import { framesOf } from './frames-of.ts'
import { hasPictures } from './has-pictures.ts'
import { JobActions } from './job-actions.tsx'
import { ProviderTable } from './provider-table.tsx'
import { ResultsList } from './results-list.tsx'
import { StartJob } from './start-job.tsx'

const Player = lazy(() => import('./player.tsx').then(({ Player }) => ({ default: Player })))
const route = getRouteApi('/jobs/$id')

/** A job as it goes: its pictures, its providers, its price. */
export function JobPage() {
  const { id } = route.useParams()
  const job = useLiveJob(id)
  return (
    <QueryView query={job} lines={8}>
      {(data) => <JobView job={data} isLive={job.isLive} />}
    </QueryView>
  )
}

function JobView({ job, isLive }: { job: JobDetail; isLive: boolean }) {
  const { t, i18n } = useTranslation()
  const said = useSaid()
  const { list, results } = job
  const isFilm = hasPictures(job)
  // Most news of a job are not of its parts.
  const frames = useMemo(() => framesOf({ list, results }), [list, results])
  const [shown, setShown] = useState<string | null>(null)
  const ended = isEnded(job.state)
  const { done, total } = job.groups
  const tookMs = (job.finishedAtMs ?? Date.now()) - job.createdAtMs
  return (
    <div className="space-y-5">
      <PageTitle
        title={
          <span className="flex flex-wrap items-center gap-3">
            {job.title}
            <JobBadge job={job} />
          </span>
        }
        about={said(job.summary[0] ?? '')}
      >
        <JobActions job={job} />
      </PageTitle>
      {!isLive && !ended && (
        <p role="status" className="flex items-center gap-2 text-muted">
          <WifiOff aria-hidden className="size-4" />
          {t('job.reconnecting')}
        </p>
      )}
      {job.problem && <ProblemNotice tone={job.state === 'cancelled' ? 'info' : 'bad'} error={job.problem} />}
      {job.state === 'paused' && <Notice title={t('job.states.paused')}>{t('job.pausedAbout')}</Notice>}
      {job.state === 'confirming' && <StartJob job={job} />}
      {job.waiting !== null && (
        <Notice tone="warn" title={t('job.waiting')}>
          {said(job.waiting)}
        </Notice>
      )}
      <Card>
        <Meter
          label={t('job.progress')}
          value={total === 0 ? 0 : job.subtasks.accepted / Math.max(1, job.subtasks.total)}
          max={1}
          tone={job.state === 'done' ? 'good' : 'accent'}
        />
        <dl className="mt-4 grid grid-cols-2 gap-4 sm:grid-cols-3 xl:grid-cols-6">
          <Stat
            label={isFilm ? t('job.frames') : t('job.tabs.results')}
            value={
              <span data-testid="done">
                {done} / {total}
              </span>
            }
          />
          <Stat
            label={ended ? t('job.took') : t('job.eta')}
            value={
              ended ? duration(tookMs, i18n.language) : job.etaMs === null ? '—' : duration(job.etaMs, i18n.language)
            }
          />
          <Stat
            label={t('job.spent')}
            value={glm(job.spentWei)}
            about={job.estimateWei !== null && t('job.estimated', { price: glm(job.estimateWei) })}
          />
          <Stat label={t('job.budget')} value={job.budgetWei === null ? t('job.budgetAuto') : glm(job.budgetWei)} />
          <Stat
            label={t('job.checks')}
            value={`${job.subtasks.accepted} ✓  ${job.rejections.length} ✗`}
            about={t('job.checksAbout')}
          />
          <Stat
            label={t('job.deadline')}
            value={<span className="text-sm">{dateTime(job.deadlineMs, i18n.language)}</span>}
          />
        </dl>
        {!ended && <p className="mt-3 text-muted text-xs">{t('job.goesOn')}</p>}
      </Card>
      <Tabs.Root defaultValue={isFilm ? 'frames' : 'results'}>
        <TabList
          label={t('job.views')}
          tabs={TABS.filter((tab) => (isFilm ? tab !== 'results' : !FILM_TABS.has(tab))).map((value) => ({
            value,
            label: (
              <>
                {t(`job.tabs.${value}`)}
                {value === 'checks' && job.rejections.length > 0 && (
                  <span className="ml-1.5 rounded-full bg-bad-soft px-1.5 text-bad text-xs">
                    {job.rejections.length}
                  </span>
                )}
              </>
            ),
          }))}
        />
        <Tabs.Content value="frames">
          {frames.length === 0 ? (
            <Card>
              <p className="py-8 text-center text-muted">
                {ended ? t('job.noFrames') : t(`job.phases.${phaseOf(job.state)}`)}
              </p>
            </Card>
          ) : (
            <FrameGrid jobId={job.id} frames={frames} onOpen={setShown} />
          )}
        </Tabs.Content>
        <Tabs.Content value="results">
          <ResultsList job={job} />
        </Tabs.Content>
        <Tabs.Content value="player">
          <Suspense fallback={<Loading lines={6} />}>
            <Player jobId={job.id} frames={frames} framesPerSecond={job.framesPerSecond} />
          </Suspense>
        </Tabs.Content>
        <Tabs.Content value="providers">
          <ProviderTable job={job} />
        </Tabs.Content>
        <Tabs.Content value="checks">
          <ChecksList job={job} frames={frames} />
        </Tabs.Content>
        <Tabs.Content value="details">
          <Card title={t('job.tabs.details')}>
            <ul className="list-inside list-disc space-y-1 text-muted">
              {job.summary.map((line) => (
                <li key={line}>{said(line)}</li>
              ))}
            </ul>
            <dl className="mt-4 grid gap-4 sm:grid-cols-2">
              <Stat label={t('job.folder')} value={<code className="font-mono text-[13px]">{job.outDir}</code>} />
              <Stat label={t('job.id')} value={<code className="font-mono text-[13px]">{job.id}</code>} />
              <Stat label={t('job.created')} value={dateTime(job.createdAtMs, i18n.language)} />
              <Stat label={t('job.gas')} value={job.gasUsed} />
              {job.check !== null && <Stat label={t('job.checked')} value={said(job.check)} />}
              <Stat label={t('job.privacy')} value={job.isPrivate ? t('job.private') : t('job.open')} />
            </dl>
          </Card>
        </Tabs.Content>
      </Tabs.Root>
      {shown !== null && <FrameDialog job={job} frames={frames} shown={shown} onShow={setShown} />}
    </div>
  )
}

const TABS = ['frames', 'player', 'results', 'providers', 'checks', 'details'] as const
/** Of jobs that make pictures; the others have results. */
const FILM_TABS: ReadonlySet<string> = new Set(['frames', 'player'])

const PHASES = ['examining', 'estimating', 'confirming', 'negotiating'] as const
const phaseOf = (state: JobDetail['state']): (typeof PHASES)[number] =>
  PHASES.find((phase) => phase === state) ?? 'negotiating'
