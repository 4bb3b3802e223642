import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { jobsQuery, statusQuery } from '../api/queries.ts'
import { bytes } from '../format/quantities.ts'
import { JobRow } from '../jobs/job-row.tsx'
import { Button } from '../ui/button.tsx'
import { Card } from '../ui/card.tsx'
import { Meter } from '../ui/meter.tsx'
import { Notice } from '../ui/notice.tsx'
import { PageTitle } from '../ui/page-title.tsx'
import { ProblemNotice } from '../ui/problem-notice.tsx'
import { DropZone } from './drop-zone.tsx'
import { Examined } from './examined.tsx'
import { NoScene, useExamination } from './use-examination.ts'

const RECENT = 4

/** From a file to a job: it is dropped, looked into, priced, and ordered by one button. */
export function RenderPage() {
  const { t } = useTranslation()
  const { stage, choose, open, pick, look, retry, clear } = useExamination()
  const status = useQuery(statusQuery)
  const hasBlender = status.data?.apps.some(({ name }) => name === 'blender') ?? true
  if (stage.at === 'examined') {
    return (
      <Examined
        key={stage.file}
        {...stage}
        onLook={(extra) => void look(extra)}
        onPick={(name) => void pick(name)}
        onClear={clear}
      />
    )
  }
  return (
    <>
      <PageTitle title={t('render.title')} about={t('render.about')} />
      <div className="space-y-5">
        {!hasBlender && (
          <Notice tone="warn" title={t('render.noBlender')}>
            {t('render.noBlenderRemedy')}
          </Notice>
        )}
        {stage.at === 'failed' &&
          (stage.error instanceof NoScene ? (
            <Notice tone="bad" title={t('render.noScene')}>
              {t('render.noSceneRemedy')}
            </Notice>
          ) : (
            <ProblemNotice error={stage.error} {...(stage.name === null ? {} : { retry: () => void retry() })} />
          ))}
        {stage.at === 'empty' || stage.at === 'failed' ? (
          <DropZone
            title={stage.at === 'failed' && stage.name !== null ? t('render.drop.again') : t('render.drop.title')}
            about={
              stage.at === 'failed' && stage.name !== null
                ? t('render.drop.againAbout', { name: stage.name })
                : t('render.drop.about')
            }
            onFiles={(files) =>
              void choose(files, {
                isMore: stage.at === 'failed' && stage.name !== null && !(stage.error instanceof NoScene),
              })
            }
            {...(stage.at === 'empty' || stage.name === null ? { onPath: (path: string) => void open(path) } : {})}
          />
        ) : (
          <Card>
            <div role="status" className="space-y-3 py-8 text-center">
              <p className="font-semibold text-lg">
                {stage.at === 'examining' ? t('render.examining', { name: stage.name }) : t(`render.${stage.at}`)}
              </p>
              {stage.at === 'sending' ? (
                <div className="mx-auto max-w-md space-y-1">
                  <Meter label={t('render.sending')} value={stage.sentBytes} max={stage.allBytes} />
                  <p className="text-muted text-xs tabular-nums">
                    {bytes(stage.sentBytes)} / {bytes(stage.allBytes)}
                  </p>
                </div>
              ) : (
                <>
                  <p className="text-muted">{t('render.examiningAbout')}</p>
                  <div className="mx-auto aspect-video w-full max-w-md animate-pulse rounded-xl bg-raised" />
                </>
              )}
              <Button look="quiet" onClick={clear}>
                {t('common.cancel')}
              </Button>
            </div>
          </Card>
        )}
        {stage.at === 'failed' && (
          <Button look="quiet" onClick={clear}>
            {t('render.another')}
          </Button>
        )}
        <Recent />
      </div>
    </>
  )
}

function Recent() {
  const { t } = useTranslation()
  const { data = [] } = useQuery(jobsQuery)
  if (data.length === 0) return null
  return (
    <Card
      title={t('render.recent')}
      aside={
        <Button asChild look="quiet" size="small">
          <Link to="/jobs">{t('render.allJobs')}</Link>
        </Button>
      }
    >
      <ul className="divide-y">
        {data.slice(0, RECENT).map((job) => (
          <JobRow key={job.id} job={job} />
        ))}
      </ul>
    </Card>
  )
}
