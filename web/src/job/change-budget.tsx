import type { JobDetail } from '@golem/api'
import { isEnded } from '@golem/api/client'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { daemon } from '../api/daemon.ts'
import { jobKey } from '../api/use-live-job.ts'
import { glm, glmText, weiOf } from '../format/amounts.ts'
import { DialogEnd } from '../ui/dialog-end.tsx'
import { TextField } from '../ui/field.tsx'
import { Modal } from '../ui/modal.tsx'
import { ProblemNotice } from '../ui/problem-notice.tsx'

const HOUR_MS = 3_600_000
const MOST_HOURS = 360 * 24

/** Another budget: for a job that runs at once, for one that has stopped with its new start, and its new deadline. */
export function ChangeBudget({ job, onDone }: { job: JobDetail; onDone: () => void }) {
  const { t } = useTranslation()
  const queries = useQueryClient()
  const [text, setText] = useState(() => (job.budgetWei === null ? '' : glmText(BigInt(job.budgetWei) * 2n)))
  const budgetWei = weiOf(text)
  const isTooSmall = budgetWei !== null && BigInt(budgetWei) <= BigInt(job.spentWei)
  const ended = isEnded(job.state)
  const [hours, setHours] = useState('')
  const isHoursWrong = hours.trim() !== '' && !(Number(hours) > 0 && Number(hours) <= MOST_HOURS)
  const deadline = hours.trim() === '' ? {} : { deadlineMs: Math.round(Number(hours) * HOUR_MS) }
  const change = useMutation({
    mutationFn: (budgetWei: string) =>
      ended ? daemon.resumeJob(job.id, { budgetWei, ...deadline }) : daemon.setBudget(job.id, { budgetWei }),
    onSuccess: onDone,
    onSettled: () => queries.invalidateQueries({ queryKey: jobKey(job.id) }),
  })
  return (
    <Modal
      isOpen
      onOpen={(isOpen) => !isOpen && onDone()}
      title={t('job.changeBudget')}
      about={t(ended ? 'job.budgetEnded' : 'job.budgetRunning', { spent: glm(job.spentWei) })}
    >
      <form
        className="space-y-4"
        onSubmit={(event) => {
          event.preventDefault()
          if (budgetWei !== null && !isTooSmall && !isHoursWrong) change.mutate(budgetWei)
        }}
      >
        <TextField
          label={t('render.budget')}
          unit="GLM"
          inputMode="decimal"
          value={text}
          onText={setText}
          problem={(budgetWei === null && t('render.budgetWrong')) || (isTooSmall && t('job.budgetTooSmall'))}
        />
        {ended && (
          <TextField
            label={t('job.newDeadline')}
            hint={t('job.newDeadlineHint')}
            problem={isHoursWrong && t('render.deadlineWrong')}
            unit={t('render.hours')}
            inputMode="decimal"
            value={hours}
            onText={setHours}
          />
        )}
        {change.isError && <ProblemNotice error={change.error} />}
        <DialogEnd
          act={t(ended ? 'job.budgetGoOn' : 'job.budgetSet')}
          isReady={budgetWei !== null && !isTooSmall && !isHoursWrong && !change.isPending}
          onBack={onDone}
        />
      </form>
    </Modal>
  )
}
