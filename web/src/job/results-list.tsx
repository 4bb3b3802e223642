import type { JobDetail } from '@golem/api'
import { FileStack } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { useSaid } from '../i18n/use-said.ts'
import { Badge } from '../ui/badge.tsx'
import { Card } from '../ui/card.tsx'
import { Empty } from '../ui/empty.tsx'
import { Meter } from '../ui/meter.tsx'
import { outputUrl } from './frames-of.ts'

/** Of a group with many files only so many are named; all of them are in the archive. */
const MOST_FILES = 12

/** What a job without pictures makes, group by group. */
export function ResultsList({ job }: { job: JobDetail }) {
  const { t } = useTranslation()
  const said = useSaid()
  if (job.results.length === 0) {
    return (
      <Card>
        <Empty icon={FileStack} title={t('job.noResults')}>
          {t('job.noResultsAbout')}
        </Empty>
      </Card>
    )
  }
  return (
    <Card title={t('job.tabs.results')}>
      <ul className="divide-y" data-testid="results">
        {job.results.map((result) => {
          const parts = job.list.filter(({ group }) => group === result.id)
          const accepted = parts.filter(({ state }) => state === 'accepted').length
          const isDone = result.files.length > 0
          return (
            <li key={result.id} className="space-y-2 py-3">
              <div className="flex flex-wrap items-center justify-between gap-2">
                <span className="font-medium">{said(result.label)}</span>
                <Badge tone={isDone ? 'good' : 'plain'}>
                  {isDone ? t('job.frameStates.done') : t('job.partsDone', { done: accepted, total: parts.length })}
                </Badge>
              </div>
              {!isDone && <Meter label={said(result.label)} value={accepted} max={Math.max(1, parts.length)} />}
              <ul className="flex flex-wrap gap-x-4 gap-y-1 text-[13px]">
                {result.files.slice(0, MOST_FILES).map((file) => (
                  <li key={file}>
                    <a
                      href={outputUrl(job.id, file, result.redone)}
                      download={file.split('/').at(-1)}
                      className="break-all text-accent underline"
                    >
                      {file}
                    </a>
                  </li>
                ))}
                {result.files.length > MOST_FILES && (
                  <li className="text-muted">{t('network.more', { count: result.files.length - MOST_FILES })}</li>
                )}
              </ul>
            </li>
          )
        })}
      </ul>
    </Card>
  )
}
