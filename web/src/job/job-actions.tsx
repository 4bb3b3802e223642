import type { JobDetail } from '@golem/api'
import { isEnded } from '@golem/api/client'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { ChevronDown, Coins, Download, Pause, Play } from 'lucide-react'
import { DropdownMenu } from 'radix-ui'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { daemon } from '../api/daemon.ts'
import { jobKey } from '../api/use-live-job.ts'
import { glm, glmText, weiOf } from '../format/amounts.ts'
import { Button } from '../ui/button.tsx'
import { TextField } from '../ui/field.tsx'
import { Modal } from '../ui/modal.tsx'
import { ProblemNotice } from '../ui/problem-notice.tsx'

const ITEM = 'flex cursor-default items-center rounded-md px-3 py-2 outline-none data-highlighted:bg-raised'

/** What a person can do with a job at this moment. */
export function JobActions({ job }: { job: JobDetail }) {
  const { t } = useTranslation()
  const queries = useQueryClient()
  const [isAsking, setAsking] = useState(false)
  const ended = isEnded(job.state)
  const canResume = ended && job.state !== 'done'
  const refresh = () => queries.invalidateQueries({ queryKey: jobKey(job.id) })
  const pause = useMutation({ mutationFn: () => daemon.cancelJob(job.id), onSettled: refresh })
  const resume = useMutation({
    mutationFn: () => daemon.resumeJob(job.id, { budgetWei: null }),
    onSettled: refresh,
  })
  const hasPngs = job.outputs.some((name) => /\.png$/i.test(name))
  const at = `/v1/jobs/${encodeURIComponent(job.id)}`
  return (
    <>
      {!ended && (
        <Button onClick={() => pause.mutate()} disabled={pause.isPending}>
          <Pause aria-hidden className="size-4" />
          {t('job.pause')}
        </Button>
      )}
      {canResume && (
        <Button look="primary" onClick={() => resume.mutate()} disabled={resume.isPending}>
          <Play aria-hidden className="size-4" />
          {t('job.resume')}
        </Button>
      )}
      {job.state !== 'done' && (
        <Button onClick={() => setAsking(true)}>
          <Coins aria-hidden className="size-4" />
          {t('job.raise')}
        </Button>
      )}
      {job.outputs.length > 0 && (
        <DropdownMenu.Root>
          <DropdownMenu.Trigger asChild>
            <Button look={job.state === 'done' ? 'primary' : 'plain'}>
              <Download aria-hidden className="size-4" />
              {t('job.download')}
              <ChevronDown aria-hidden className="size-4" />
            </Button>
          </DropdownMenu.Trigger>
          <DropdownMenu.Portal>
            <DropdownMenu.Content align="end" className="z-50 min-w-52 rounded-lg border bg-surface p-1 shadow-lg">
              <DropdownMenu.Item asChild>
                <a className={ITEM} href={`${at}/archive`} download>
                  {t('job.downloadAll')}
                </a>
              </DropdownMenu.Item>
              {hasPngs && (
                <DropdownMenu.Item asChild>
                  <a className={ITEM} href={`${at}/animation`} download={`${job.title}-${job.id}.png`}>
                    {t('job.downloadAnimation')}
                  </a>
                </DropdownMenu.Item>
              )}
              {job.outputs
                .filter((name) => /\.(mp4|webm|mkv|avi|mov)$/i.test(name))
                .map((name) => (
                  <DropdownMenu.Item key={name} asChild>
                    <a className={ITEM} href={`${at}/output?name=${encodeURIComponent(name)}`} download={name}>
                      {name}
                    </a>
                  </DropdownMenu.Item>
                ))}
            </DropdownMenu.Content>
          </DropdownMenu.Portal>
        </DropdownMenu.Root>
      )}
      {(pause.isError || resume.isError) && <ProblemNotice error={pause.error ?? resume.error} className="w-full" />}
      {isAsking && <RaiseBudget job={job} onDone={() => setAsking(false)} />}
    </>
  )
}

/** A new budget holds from a new start: a job that runs is stopped for a moment, and nothing accepted is lost. */
function RaiseBudget({ job, onDone }: { job: JobDetail; onDone: () => void }) {
  const { t } = useTranslation()
  const queries = useQueryClient()
  const [text, setText] = useState(() => (job.budgetWei === null ? '' : glmText(BigInt(job.budgetWei) * 2n)))
  const budgetWei = weiOf(text)
  const isTooSmall = budgetWei !== null && BigInt(budgetWei) <= BigInt(job.spentWei)
  const raise = useMutation({
    mutationFn: async () => {
      if (!isEnded(job.state)) {
        await daemon.cancelJob(job.id)
        for await (const event of daemon.watchJob(job.id, { signal: AbortSignal.timeout(60_000) }))
          if (isEnded(event.job.state)) break
      }
      await daemon.resumeJob(job.id, { budgetWei })
    },
    onSuccess: onDone,
    onSettled: () => queries.invalidateQueries({ queryKey: jobKey(job.id) }),
  })
  return (
    <Modal
      isOpen
      onOpen={(isOpen) => !isOpen && onDone()}
      title={t('job.raise')}
      about={t('job.raiseAbout', { spent: glm(job.spentWei) })}
    >
      <form
        className="space-y-4"
        onSubmit={(event) => {
          event.preventDefault()
          if (budgetWei !== null && !isTooSmall) raise.mutate()
        }}
      >
        <TextField
          label={t('render.budget')}
          unit="GLM"
          inputMode="decimal"
          value={text}
          onText={setText}
          problem={(budgetWei === null && t('render.budgetWrong')) || (isTooSmall && t('job.raiseTooSmall'))}
        />
        {raise.isError && <ProblemNotice error={raise.error} />}
        <div className="flex justify-end gap-2">
          <Button look="quiet" onClick={onDone}>
            {t('common.cancel')}
          </Button>
          <Button look="primary" type="submit" disabled={budgetWei === null || isTooSmall || raise.isPending}>
            {t('job.raiseDo')}
          </Button>
        </div>
      </form>
    </Modal>
  )
}
