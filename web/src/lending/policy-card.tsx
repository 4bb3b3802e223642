import type { Policy } from '@golem/api'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { policyQuery } from '../api/queries.ts'
import { useSaid } from '../i18n/use-said.ts'
import { Button } from '../ui/button.tsx'
import { Card } from '../ui/card.tsx'
import { Notice } from '../ui/notice.tsx'
import { ProblemNotice } from '../ui/problem-notice.tsx'
import { QueryView } from '../ui/query-view.tsx'
import { Segmented } from '../ui/segmented.tsx'
import { Names } from './names.tsx'
import { PolicyFile } from './policy-file.tsx'
import { RunChoice } from './run-choice.tsx'
import { usePolicyChange } from './use-policy-change.ts'

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
  const change = usePolicyChange()
  return (
    <div className="grid gap-5">
      {problem !== null && (
        <Notice tone="bad" title={t('policy.problem')}>
          {said(problem)}
        </Notice>
      )}
      <RunChoice policy={policy} onRun={(run) => change.mutate({ run })} />
      <Segmented
        label={t('policy.network')}
        value={policy.network}
        options={(['never', 'listed', 'any'] as const).map((value) => ({
          value,
          label: t(`policy.networks.${value}`),
        }))}
        onValue={(network) => change.mutate({ network })}
      />
      {(
        [
          ['allow.apps', policy.allow.apps],
          ['allow.requestors', policy.allow.requestors],
          ['deny.apps', policy.deny.apps],
          ['deny.requestors', policy.deny.requestors],
          ['validators', policy.validators],
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
