import type { JobDetail } from '@golem/api'
import { isEnded } from '@golem/api/client'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { CircleStop, Coins, Pause, Play } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { daemon } from '../api/daemon.ts'
import { jobKey } from '../api/use-live-job.ts'
import { Button } from '../ui/button.tsx'
import { ProblemNotice } from '../ui/problem-notice.tsx'
import { CancelJob } from './cancel-job.tsx'
import { ChangeBudget } from './change-budget.tsx'
import { Downloads } from './downloads.tsx'

/** What a person can do with a job at this moment. */
export function JobActions({ job }: { job: JobDetail }) {
  const { t } = useTranslation()
  const queries = useQueryClient()
  const [asking, setAsking] = useState<'budget' | 'cancel' | null>(null)
  const ended = isEnded(job.state)
  const refresh = () => queries.invalidateQueries({ queryKey: jobKey(job.id) })
  const pause = useMutation({ mutationFn: () => daemon.pauseJob(job.id), onSettled: refresh })
  const resume = useMutation({
    mutationFn: () => daemon.resumeJob(job.id, { budgetWei: null }),
    onSettled: refresh,
  })
  const leave = () => setAsking(null)
  return (
    <>
      {job.state === 'running' && (
        <Button onClick={() => pause.mutate()} disabled={pause.isPending}>
          <Pause aria-hidden className="size-4" />
          {t('job.pause')}
        </Button>
      )}
      {(job.state === 'paused' || (ended && job.state !== 'done')) && (
        <Button look="primary" onClick={() => resume.mutate()} disabled={resume.isPending}>
          <Play aria-hidden className="size-4" />
          {t('job.resume')}
        </Button>
      )}
      {job.state !== 'done' && (
        <Button onClick={() => setAsking('budget')}>
          <Coins aria-hidden className="size-4" />
          {t('job.changeBudget')}
        </Button>
      )}
      {!ended && (
        <Button look="danger" onClick={() => setAsking('cancel')}>
          <CircleStop aria-hidden className="size-4" />
          {t('job.cancel')}
        </Button>
      )}
      {job.outputs.length > 0 && <Downloads job={job} />}
      {(pause.isError || resume.isError) && <ProblemNotice error={pause.error ?? resume.error} className="w-full" />}
      {asking === 'budget' && <ChangeBudget job={job} onDone={leave} />}
      {asking === 'cancel' && <CancelJob job={job} onDone={leave} />}
    </>
  )
}
