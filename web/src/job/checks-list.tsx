import type { JobDetail } from '@golem/api'
import { ShieldCheck } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { dateTime } from '../format/quantities.ts'
import { useSaid } from '../i18n/use-said.ts'
import { Address } from '../ui/address.tsx'
import { Badge } from '../ui/badge.tsx'
import { Card } from '../ui/card.tsx'
import { Empty } from '../ui/empty.tsx'
import { type Frame, previewUrl } from './frames-of.ts'
import { usePicture } from './use-picture.ts'

type Rejection = JobDetail['rejections'][number]

/** How deliveries were checked; each that was refused, with what it should have been. */
export function ChecksList({ job, frames }: { job: JobDetail; frames: Frame[] }) {
  const { t, i18n } = useTranslation()
  const said = useSaid()
  const ways = new Map<string, number>()
  for (const { checked } of job.list) if (checked !== null) ways.set(checked, (ways.get(checked) ?? 0) + 1)
  return (
    <div className="space-y-5">
      <Card title={t('job.refused')}>
        {job.rejections.length === 0 ? (
          <Empty icon={ShieldCheck} title={t('job.noneRefused')}>
            {t('job.noneRefusedAbout')}
          </Empty>
        ) : (
          <ul className="divide-y">
            {job.rejections.map((rejection, index) => (
              <Refused
                key={`${rejection.subtask}/${rejection.atMs}/${rejection.provider}`}
                job={job}
                index={index}
                rejection={rejection}
                frames={frames}
              />
            ))}
          </ul>
        )}
      </Card>
      {job.failures.length > 0 && (
        <Card title={t('job.inVain')}>
          <ul className="divide-y">
            {job.failures.map((failure) => (
              <li key={`${failure.subtask}/${failure.atMs}/${failure.provider}`} className="space-y-0.5 py-2.5">
                <p className="font-medium">
                  {said(job.list.find(({ id }) => id === failure.subtask)?.label ?? failure.subtask)}
                </p>
                <p className="break-words text-muted">{said(failure.message)}</p>
                <p className="flex flex-wrap items-center gap-2 text-muted text-xs">
                  <Address of={failure.provider} /> {dateTime(failure.atMs, i18n.language)}
                </p>
              </li>
            ))}
          </ul>
        </Card>
      )}
      {ways.size > 0 && (
        <Card title={t('job.ways')}>
          <ul className="space-y-2">
            {[...ways].map(([way, count]) => (
              <li key={way} className="flex items-baseline gap-3">
                <Badge tone="good">{count} ✓</Badge>
                <span className="text-muted">{said(way)}</span>
              </li>
            ))}
          </ul>
        </Card>
      )}
    </div>
  )
}

function Refused({
  job,
  index,
  rejection,
  frames,
}: {
  job: JobDetail
  index: number
  rejection: Rejection
  frames: Frame[]
}) {
  const { t, i18n } = useTranslation()
  const said = useSaid()
  const part = job.list.find(({ id }) => id === rejection.subtask)
  const frame = frames.find(({ group }) => group === part?.group)
  const at = `/v1/jobs/${encodeURIComponent(job.id)}/rejections/${index}/preview?side=`
  const delivered = usePicture(`${at}delivered`)
  const checked = usePicture(`${at}checked`)
  const accepted = usePicture(part?.state === 'accepted' ? `${at}accepted` : null)
  const whole = usePicture(frame === undefined ? null : previewUrl(job.id, frame))
  const beside = (
    [
      ['accepted', accepted],
      ['whole', whole],
    ] as const
  ).find(([, source]) => source !== null)
  return (
    <li className="grid gap-4 py-4 md:grid-cols-[minmax(0,1fr)_minmax(0,2fr)]" data-testid="refused">
      <div className="min-w-0 space-y-1">
        <p className="font-medium">{said(part?.label ?? rejection.subtask)}</p>
        <p className="break-words text-muted">{said(rejection.message)}</p>
        <p className="flex flex-wrap items-center gap-2 text-muted text-xs">
          <Address of={rejection.provider} /> {dateTime(rejection.atMs, i18n.language)}
        </p>
        <Badge tone="bad">{t('job.unpaid')}</Badge>
      </div>
      <div className="grid grid-cols-2 gap-3 sm:grid-cols-3">
        <Picture title={t('job.delivered')} source={delivered} missing={t('job.deliveredGone')} />
        {checked === null ? null : <Picture title={t('job.beside.checked')} source={checked} missing="" />}
        <Picture
          title={t(`job.beside.${beside?.[0] ?? 'accepted'}`)}
          source={beside?.[1] ?? null}
          missing={t('job.besideNot')}
        />
      </div>
    </li>
  )
}

function Picture({ title, source, missing }: { title: string; source: string | null; missing: string }) {
  return (
    <figure className="min-w-0">
      <div className="checkered grid aspect-video place-items-center overflow-hidden rounded-lg border">
        {source === null ? (
          <span className="p-3 text-center text-muted text-xs">{missing}</span>
        ) : (
          <img src={source} alt={title} className="size-full object-contain" />
        )}
      </div>
      <figcaption className="mt-1 text-muted text-xs">{title}</figcaption>
    </figure>
  )
}
