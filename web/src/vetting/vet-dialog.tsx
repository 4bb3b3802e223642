import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { daemon } from '../api/daemon.ts'
import { registryQuery } from '../api/queries.ts'
import { addressesIn, FromField } from '../trust/from-field.tsx'
import { DialogEnd } from '../ui/dialog-end.tsx'
import { Field, TextField } from '../ui/field.tsx'
import { Modal } from '../ui/modal.tsx'
import { ProblemNotice } from '../ui/problem-notice.tsx'
import { requestsOf } from './requests-of.ts'
import { VettingReport } from './vetting-report.tsx'

/** Runs an application in the sandbox, and says what it tried. `application`: given by whatever this was opened from. */
export function VetDialog({ application: given, onDone }: { application?: string; onDone: () => void }) {
  const { t } = useTranslation()
  const queries = useQueryClient()
  const [application, setApplication] = useState(given ?? '')
  const [text, setText] = useState('')
  const [inputs, setInputs] = useState('')
  const [from, setFrom] = useState('')
  // Whoever closes the dialog waits for it no more.
  const leaving = useRef<AbortController>(null)
  useEffect(() => () => leaving.current?.abort(), [])
  const requests = requestsOf(text)
  const isWhole = application.trim() !== '' && requests !== null && (inputs === '' || inputs.trim().startsWith('/'))
  const vet = useMutation({
    mutationFn: () => {
      leaving.current = new AbortController()
      return daemon.vet(
        {
          application: application.trim(),
          requests: requests ?? [],
          from: addressesIn(from),
          ...(inputs.trim() === '' ? {} : { inputs: inputs.trim() }),
        },
        { signal: leaving.current.signal },
      )
    },
    onSuccess: () => queries.invalidateQueries({ queryKey: registryQuery.queryKey }),
  })
  return (
    <Modal
      isOpen
      onOpen={(isOpen) => !isOpen && onDone()}
      title={t('vetting.vet')}
      about={t('vetting.vetAbout')}
      wide={vet.isSuccess}
    >
      <form
        className="space-y-4"
        onSubmit={(event) => {
          event.preventDefault()
          if (isWhole) vet.mutate()
        }}
      >
        {vet.isSuccess ? (
          <VettingReport vetting={vet.data} />
        ) : (
          <>
            <TextField
              label={t('vetting.which')}
              hint={t('vetting.whichHint')}
              readOnly={given !== undefined}
              spellCheck={false}
              autoComplete="off"
              value={application}
              onText={setApplication}
            />
            <Field
              label={t('vetting.requests')}
              hint={t('vetting.requestsHint')}
              problem={requests === null && t('vetting.requestsWrong')}
            >
              {(ids) => (
                <textarea
                  {...ids}
                  rows={3}
                  spellCheck={false}
                  placeholder={'{"method": "run", "params": {}}'}
                  value={text}
                  onChange={({ target }) => setText(target.value)}
                  className="w-full rounded-lg border border-edge/60 bg-surface px-3 py-2 font-mono text-xs aria-invalid:border-bad"
                />
              )}
            </Field>
            <TextField
              label={t('vetting.inputs')}
              hint={t('vetting.inputsHint')}
              placeholder="/home/ada/data"
              spellCheck={false}
              autoComplete="off"
              value={inputs}
              onText={setInputs}
            />
            <FromField from={from} onFrom={setFrom} />
          </>
        )}
        {vet.isError && <ProblemNotice error={vet.error} />}
        {vet.isPending && <p role="status">{t('vetting.running')}</p>}
        <DialogEnd
          act={vet.isSuccess ? null : t('vetting.vetDo')}
          isReady={isWhole && !vet.isPending}
          onBack={onDone}
        />
      </form>
    </Modal>
  )
}
