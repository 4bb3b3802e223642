import type { JobDetail } from '@golem/api'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { RotateCcw } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { daemon } from '../api/daemon.ts'
import { jobKey } from '../api/use-live-job.ts'
import { glm } from '../format/amounts.ts'
import { Button } from '../ui/button.tsx'
import { Notice } from '../ui/notice.tsx'
import { ProblemNotice } from '../ui/problem-notice.tsx'
import type { Frame } from './frames-of.ts'

type Props = { job: JobDetail; frame: Frame; frames: readonly Frame[] }

/** A finished frame is ordered again, at a price that is said before. */
export function RedoFrame({ job, frame, frames }: Props) {
  const { t } = useTranslation()
  const queries = useQueryClient()
  const [isAsking, setAsking] = useState(false)
  const redo = useMutation({
    mutationFn: () => daemon.redoGroup(job.id, { group: frame.group }),
    onSuccess: () => setAsking(false),
    onSettled: () => queries.invalidateQueries({ queryKey: jobKey(job.id) }),
  })
  if (frame.state !== 'done' || job.state === 'finishing') return null
  const priceWei = frame.parts.reduce((sum, part) => sum + BigInt(part.priceWei), 0n)
  const together = frames.filter(({ group }) => group === frame.group).map(({ name }) => name)
  if (!isAsking)
    return (
      <Button onClick={() => setAsking(true)}>
        <RotateCcw aria-hidden className="size-4" />
        {t('job.redo')}
      </Button>
    )
  return (
    <Notice className="w-full" title={t('job.redoSure', { count: together.length, names: together.join(', ') })}>
      {t('job.redoAbout', { price: glm(priceWei) })}
      {redo.isError && <ProblemNotice className="mt-3" error={redo.error} />}
      <span className="mt-3 flex gap-2">
        <Button look="primary" size="small" onClick={() => redo.mutate()} disabled={redo.isPending}>
          {t('job.redo')}
        </Button>
        <Button look="quiet" size="small" onClick={() => setAsking(false)}>
          {t('common.cancel')}
        </Button>
      </span>
    </Notice>
  )
}
