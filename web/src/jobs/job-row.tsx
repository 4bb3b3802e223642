import type { Job } from '@golem/api'
import { isEnded } from '@golem/api/client'
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { glm } from '../format/amounts.ts'
import { dateTime } from '../format/quantities.ts'
import { hasPictures } from '../job/has-pictures.ts'
import { Meter } from '../ui/meter.tsx'
import { JobBadge } from './job-badge.tsx'

/** A job in a line: what, how far, for how much. */
export function JobRow({ job }: { job: Job }) {
  const { t, i18n } = useTranslation()
  const { done, total } = job.groups
  return (
    <li>
      <Link
        to="/jobs/$id"
        params={{ id: job.id }}
        className="-mx-2 grid grid-cols-[minmax(0,1fr)_auto] items-center gap-x-4 gap-y-1 rounded-lg px-2 py-2.5 hover:bg-raised sm:grid-cols-[minmax(0,1fr)_10rem_8rem_8rem]"
      >
        <span className="min-w-0">
          <span className="block truncate font-medium">{job.title}</span>
          <span className="text-muted text-xs">{dateTime(job.createdAtMs, i18n.language)}</span>
        </span>
        <span className="hidden sm:block">
          {total > 0 && (
            <Meter
              label={t('job.progress')}
              value={done}
              max={total}
              tone={job.state === 'done' ? 'good' : isEnded(job.state) ? 'plain' : 'accent'}
            />
          )}
          <span className="text-muted text-xs tabular-nums">
            {t(hasPictures(job) ? 'job.framesDone' : 'job.resultsDone', { done, total })}
          </span>
        </span>
        <span className="hidden text-right tabular-nums sm:block">{glm(job.spentWei)}</span>
        <span className="justify-self-end">
          <JobBadge job={job} />
        </span>
      </Link>
    </li>
  )
}
