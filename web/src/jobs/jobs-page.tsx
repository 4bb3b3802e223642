import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Clapperboard } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { jobsQuery } from '../api/queries.ts'
import { glm } from '../format/amounts.ts'
import { Button } from '../ui/button.tsx'
import { Card } from '../ui/card.tsx'
import { Empty } from '../ui/empty.tsx'
import { PageTitle } from '../ui/page-title.tsx'
import { QueryView } from '../ui/query-view.tsx'
import { Segmented } from '../ui/segmented.tsx'
import { Stat } from '../ui/stat.tsx'
import { JobRow } from './job-row.tsx'

const STOPPED: readonly string[] = ['failed', 'cancelled']
const FILTERS = {
  all: () => true,
  running: (state: string) => state !== 'done' && !STOPPED.includes(state),
  done: (state: string) => state === 'done',
  stopped: (state: string) => STOPPED.includes(state),
} as const
type Filter = keyof typeof FILTERS

/** All that was ever ordered, with what it cost. */
export function JobsPage() {
  const { t } = useTranslation()
  const query = useQuery(jobsQuery)
  const [filter, setFilter] = useState<Filter>('all')
  const order = (
    <Button asChild look="primary">
      <Link to="/">{t('jobs.new')}</Link>
    </Button>
  )
  return (
    <>
      <PageTitle title={t('shell.jobs')} about={t('jobs.about')}>
        <Button asChild>
          <Link to="/compute">{t('compute.title')}</Link>
        </Button>
        {order}
      </PageTitle>
      <QueryView query={query} lines={6}>
        {(jobs) =>
          jobs.length === 0 ? (
            <Card>
              <Empty icon={Clapperboard} title={t('jobs.none')} action={order}>
                {t('jobs.noneAbout')}
              </Empty>
            </Card>
          ) : (
            <div className="space-y-5">
              <Card>
                <dl className="grid grid-cols-2 gap-4 sm:grid-cols-4">
                  <Stat label={t('shell.jobs')} value={jobs.length} />
                  <Stat label={t('jobs.frames')} value={jobs.reduce((sum, job) => sum + job.groups.done, 0)} />
                  <Stat
                    label={t('jobs.spent')}
                    value={glm(jobs.reduce((sum, job) => sum + BigInt(job.spentWei), 0n))}
                  />
                  <Stat label={t('jobs.caught')} value={jobs.reduce((sum, job) => sum + job.rejections.length, 0)} />
                </dl>
              </Card>
              <Card
                title={t('jobs.list')}
                aside={
                  <Segmented
                    label={t('jobs.filter')}
                    hideLabel
                    value={filter}
                    options={(Object.keys(FILTERS) as Filter[]).map((value) => ({
                      value,
                      label: t(`jobs.filters.${value}`),
                    }))}
                    onValue={setFilter}
                  />
                }
              >
                <ul className="divide-y">
                  {jobs
                    .filter(({ state }) => FILTERS[filter](state))
                    .map((job) => (
                      <JobRow key={job.id} job={job} />
                    ))}
                </ul>
                {jobs.every(({ state }) => !FILTERS[filter](state)) && (
                  <p className="py-6 text-center text-muted">{t('jobs.noneOfThese')}</p>
                )}
              </Card>
            </div>
          )
        }
      </QueryView>
    </>
  )
}
