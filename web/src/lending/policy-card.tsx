import type { Policy } from '@golem/api'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { daemon } from '../api/daemon.ts'
import { policyQuery } from '../api/queries.ts'
import { useSaid } from '../i18n/use-said.ts'
import { Button } from '../ui/button.tsx'
import { Card } from '../ui/card.tsx'
import { TextField } from '../ui/field.tsx'
import { Notice } from '../ui/notice.tsx'
import { ProblemNotice } from '../ui/problem-notice.tsx'
import { QueryView } from '../ui/query-view.tsx'
import { Segmented } from '../ui/segmented.tsx'
import { PolicyFile } from './policy-file.tsx'

/** As the daemon's policy counts now (packages/market/src/provider/provider-policy.ts). */
type Counts = {
  run: 'listed' | 'certified' | 'any'
  network: 'never' | 'listed' | 'any'
  validators: string[]
  allow: { apps: string[]; requestors: string[] }
  deny: { apps: string[]; requestors: string[] }
}

/** Which applications run here, for whom, and what they may reach. */
export function PolicyCard() {
  const { t } = useTranslation()
  const query = useQuery(policyQuery)
  return (
    <Card title={t('policy.title')}>
      <QueryView query={query} lines={6}>
        {(policy) => <Rules policy={policy} />}
      </QueryView>
    </Card>
  )
}

function Rules({ policy: whole }: { policy: Policy }) {
  const { policy, path, problem } = whole
  const { t } = useTranslation()
  const said = useSaid()
  const [isOpen, setOpen] = useState(false)
  const queries = useQueryClient()
  const counts = policy as unknown as Counts
  const change = useMutation({
    mutationFn: (changes: Record<string, string>) => daemon.setPolicy(changes),
    onSuccess: (next) => queries.setQueryData(policyQuery.queryKey, next),
  })
  return (
    <div className="grid gap-5">
      {problem !== null && (
        <Notice tone="bad" title={t('policy.problem')}>
          {said(problem)}
        </Notice>
      )}
      <Segmented
        label={t('policy.run')}
        hint={t(`policy.runHint.${counts.run}`)}
        value={counts.run}
        options={(['listed', 'certified', 'any'] as const).map((value) => ({
          value,
          label: t(`policy.runs.${value}`),
        }))}
        onValue={(run) => change.mutate({ run })}
      />
      <Segmented
        label={t('policy.network')}
        value={counts.network}
        options={(['never', 'listed', 'any'] as const).map((value) => ({
          value,
          label: t(`policy.networks.${value}`),
        }))}
        onValue={(network) => change.mutate({ network })}
      />
      {(
        [
          ['allow.apps', counts.allow.apps],
          ['allow.requestors', counts.allow.requestors],
          ['deny.apps', counts.deny.apps],
          ['deny.requestors', counts.deny.requestors],
          ['validators', counts.validators],
        ] as const
      ).map(([key, values]) => (
        <Names
          key={key}
          label={t(`policy.lists.${key.replace('.', '-') as 'allow-apps'}`)}
          values={values}
          onValues={(next) => change.mutate({ [key]: next.join(',') })}
        />
      ))}
      {change.isError && <ProblemNotice error={change.error} />}
      <div className="flex flex-wrap items-center justify-between gap-2">
        <p className="break-all text-muted text-xs">{t('policy.file', { path })}</p>
        <Button size="small" onClick={() => setOpen(true)}>
          {t('policy.all')}
        </Button>
      </div>
      {isOpen && <PolicyFile policy={whole} onDone={() => setOpen(false)} />}
    </div>
  )
}

type NamesProps = { label: string; values: readonly string[]; onValues: (values: string[]) => void }

/** A list of names or addresses, to add to and to take from. */
function Names({ label, values, onValues }: NamesProps) {
  const { t } = useTranslation()
  const [text, setText] = useState('')
  return (
    <div>
      <form
        className="flex items-end gap-2"
        onSubmit={(event) => {
          event.preventDefault()
          const name = text.trim()
          if (name === '') return
          onValues([...values, name])
          setText('')
        }}
      >
        <TextField
          className="flex-1"
          label={label}
          value={text}
          onText={setText}
          spellCheck={false}
          autoComplete="off"
        />
        <Button type="submit" disabled={text.trim() === ''}>
          {t('common.add')}
        </Button>
      </form>
      {values.length > 0 && (
        <ul className="mt-2 flex flex-wrap gap-1.5">
          {values.map((value) => (
            <li key={value}>
              <button
                type="button"
                title={value}
                aria-label={t('common.remove', { name: value })}
                onClick={() => onValues(values.filter((each) => each !== value))}
                className="inline-flex max-w-56 items-center gap-1.5 rounded-full bg-raised px-2.5 py-1 text-xs hover:text-bad"
              >
                <span className="truncate">{value}</span>
                <span aria-hidden>×</span>
              </button>
            </li>
          ))}
        </ul>
      )}
    </div>
  )
}
