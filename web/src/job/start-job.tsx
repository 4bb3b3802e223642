import type { JobDetail } from '@golem/api'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Play } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { daemon } from '../api/daemon.ts'
import { jobKey } from '../api/use-live-job.ts'
import { glm, glmText, weiOf } from '../format/amounts.ts'
import { Button } from '../ui/button.tsx'
import { Card } from '../ui/card.tsx'
import { TextField } from '../ui/field.tsx'
import { ProblemNotice } from '../ui/problem-notice.tsx'

/** The measured price of a job that waits for a word, and the word. */
export function StartJob({ job }: { job: JobDetail }) {
  const { t } = useTranslation()
  const queries = useQueryClient()
  const [text, setText] = useState(() => (job.budgetWei === null ? '' : glmText(job.budgetWei)))
  const budgetWei = text.trim() === '' ? null : weiOf(text)
  const isWrong = text.trim() !== '' && (budgetWei === null || budgetWei === '0')
  const start = useMutation({
    mutationFn: () => daemon.startJob(job.id, { budgetWei }),
    onSettled: () => queries.invalidateQueries({ queryKey: jobKey(job.id) }),
  })
  const { paidBeforeWei: risk } = job
  return (
    <Card title={t('job.startAt', { price: job.estimateWei === null ? '—' : glm(job.estimateWei) })}>
      <p className="max-w-prose text-muted">
        {risk === null || risk === '0' ? t('job.startRisk') : t('job.startRiskOf', { amount: glm(risk) })}
      </p>
      <form
        className="mt-4 flex flex-wrap items-start gap-3"
        onSubmit={(event) => {
          event.preventDefault()
          if (!isWrong) start.mutate()
        }}
      >
        <TextField
          className="w-64"
          label={t('job.startBudget')}
          problem={isWrong && t('render.budgetWrong')}
          unit="GLM"
          inputMode="decimal"
          placeholder={t('render.budgetAuto')}
          value={text}
          onText={setText}
        />
        <Button look="primary" type="submit" className="mt-6" disabled={isWrong || start.isPending}>
          <Play aria-hidden className="size-4" />
          {t('job.start')}
        </Button>
      </form>
      {start.isError && <ProblemNotice className="mt-3" error={start.error} />}
    </Card>
  )
}
