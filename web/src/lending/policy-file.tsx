import type { Policy } from '@golem/api'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { daemon } from '../api/daemon.ts'
import { policyQuery } from '../api/queries.ts'
import { Button } from '../ui/button.tsx'
import { Choice } from '../ui/choice.tsx'
import { TextField } from '../ui/field.tsx'
import { Modal } from '../ui/modal.tsx'
import { ProblemNotice } from '../ui/problem-notice.tsx'
import { keysOf } from './policy-keys.ts'

/** The whole policy with every key explained, as it stands in the file, and each to be set. */
export function PolicyFile({ policy: { text }, onDone }: { policy: Policy; onDone: () => void }) {
  const { t } = useTranslation()
  const queries = useQueryClient()
  const keys = keysOf(text)
  const [key, setKey] = useState(keys[0] ?? '')
  const [value, setValue] = useState('')
  const change = useMutation({
    mutationFn: (said: string) => daemon.setPolicy({ [key]: said }),
    onSuccess: (next) => {
      queries.setQueryData(policyQuery.queryKey, next)
      setValue('')
    },
  })
  return (
    <Modal isOpen onOpen={(isOpen) => !isOpen && onDone()} title={t('policy.all')} about={t('policy.allAbout')} wide>
      <form
        className="flex flex-wrap items-end gap-2"
        onSubmit={(event) => {
          event.preventDefault()
          if (value.trim() !== '') change.mutate(value.trim())
        }}
      >
        <Choice
          className="w-52"
          label={t('policy.key')}
          value={key}
          options={keys.map((name) => ({ value: name, label: name }))}
          onValue={setKey}
        />
        <TextField
          className="min-w-40 flex-1"
          label={t('policy.value')}
          value={value}
          onText={setValue}
          placeholder="4GiB"
          autoComplete="off"
          spellCheck={false}
        />
        <Button look="primary" type="submit" disabled={value.trim() === '' || change.isPending}>
          {t('common.save')}
        </Button>
        <Button disabled={change.isPending} onClick={() => change.mutate('')}>
          {t('policy.takeBack')}
        </Button>
      </form>
      {change.isError && <ProblemNotice className="mt-3" error={change.error} />}
      <pre lang="en" className="mt-4 whitespace-pre-wrap break-words rounded-lg bg-raised p-3 font-mono text-xs">
        {text}
      </pre>
    </Modal>
  )
}
