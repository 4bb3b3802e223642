import type { JobDetail } from '@golem/api'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { daemon } from '../api/daemon.ts'
import { jobKey } from '../api/use-live-job.ts'
import { DialogEnd } from '../ui/dialog-end.tsx'
import { Modal } from '../ui/modal.tsx'
import { ProblemNotice } from '../ui/problem-notice.tsx'
import { hasPictures } from './has-pictures.ts'

/** The end of a job, once a person has said so twice. */
export function CancelJob({ job, onDone }: { job: JobDetail; onDone: () => void }) {
  const { t } = useTranslation()
  const queries = useQueryClient()
  const cancel = useMutation({
    mutationFn: () => daemon.cancelJob(job.id),
    onSuccess: onDone,
    onSettled: () => queries.invalidateQueries({ queryKey: jobKey(job.id) }),
  })
  return (
    <Modal
      isOpen
      onOpen={(isOpen) => !isOpen && onDone()}
      title={t('job.cancelSure')}
      about={t(hasPictures(job) ? 'job.cancelAbout' : 'job.cancelResults', {
        done: job.groups.done,
        total: job.groups.total,
      })}
    >
      {cancel.isError && <ProblemNotice className="mb-4" error={cancel.error} />}
      <form
        onSubmit={(event) => {
          event.preventDefault()
          cancel.mutate()
        }}
      >
        <DialogEnd
          act={t('job.cancelDo')}
          isReady={!cancel.isPending}
          isDanger
          onBack={onDone}
          back={t('common.back')}
        />
      </form>
    </Modal>
  )
}
