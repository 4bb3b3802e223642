import type { LendingView } from '@golem/api'
import { useQuery } from '@tanstack/react-query'
import { Cpu } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { machineQuery, policyQuery, pricesQuery } from '../api/queries.ts'
import { glm, glmText, weiOf } from '../format/amounts.ts'
import { bytes, number } from '../format/quantities.ts'
import { Button } from '../ui/button.tsx'
import { Card } from '../ui/card.tsx'
import { TextField } from '../ui/field.tsx'
import { Loading } from '../ui/loading.tsx'
import { ProblemNotice } from '../ui/problem-notice.tsx'
import { QueryView } from '../ui/query-view.tsx'
import { Range } from '../ui/range.tsx'
import { Segmented } from '../ui/segmented.tsx'
import { Stat } from '../ui/stat.tsx'
import { Toggle } from '../ui/toggle.tsx'
import { earnPerDayWei } from './earn-per-day.ts'
import { Names } from './names.tsx'
import { PriceHint } from './price-hint.tsx'
import { RunChoice } from './run-choice.tsx'
import { useLendingChange } from './use-lending-change.ts'
import { usePolicyChange } from './use-policy-change.ts'

const GIB = 1024 ** 3

/** How much, when, and what for; what that brings; one button. */
export function FirstVisit({ view: { settings, provider } }: { view: LendingView }) {
  const { t, i18n } = useTranslation()
  const machine = useQuery(machineQuery)
  const prices = useQuery(pricesQuery('blender'))
  const change = useLendingChange()
  const [cores, setCores] = useState(settings.cores)
  const [memoryBytes, setMemory] = useState(settings.memoryBytes)
  const [when, setWhen] = useState<'always' | 'idle'>('idle')
  const [onBattery, setOnBattery] = useState(false)
  const [price, setPrice] = useState<string | null>(null)
  if (machine.data === undefined) {
    return machine.isError ? (
      <ProblemNotice error={machine.error} retry={() => void machine.refetch()} />
    ) : (
      <Loading lines={8} />
    )
  }
  const suggestedWei = prices.data?.expectedWei ?? settings.pricePerCoreHourWei
  const priceText = price ?? glmText(suggestedWei)
  const priceWei = weiOf(priceText)
  const perDay = priceWei === null ? null : earnPerDayWei(cores, provider.speed, BigInt(priceWei))
  const start = () => {
    if (priceWei === null) return
    change.mutate({ isOn: true, cores, memoryBytes, when, onBattery, pricePerCoreHourWei: priceWei })
  }
  return (
    <div className="grid items-start gap-5 lg:grid-cols-[minmax(0,3fr)_minmax(0,2fr)]">
      <div className="grid gap-5">
        <Card title={`1. ${t('lending.first.howMuch')}`}>
          <div className="grid gap-5 sm:grid-cols-2">
            <Range
              label={t('lending.cores')}
              value={cores}
              min={1}
              max={machine.data.cores}
              text={(value) => t('lending.coresOf', { count: value, all: machine.data.cores })}
              onMove={setCores}
              onValue={setCores}
            />
            <Range
              label={t('lending.memory')}
              value={Math.max(1, Math.round(memoryBytes / GIB))}
              min={1}
              max={Math.max(2, Math.floor(machine.data.memoryBytes / GIB))}
              text={(value) => bytes(value * GIB)}
              onValue={(value) => setMemory(value * GIB)}
            />
          </div>
        </Card>
        <Card title={`2. ${t('lending.first.when')}`}>
          <Segmented
            label={t('lending.when')}
            hideLabel
            hint={t(`lending.whenHint.${when}`)}
            value={when}
            options={[
              { value: 'idle', label: t('lending.whens.idle') },
              { value: 'always', label: t('lending.whens.always') },
            ]}
            onValue={setWhen}
          />
          <div className="mt-3">
            <Toggle label={t('lending.onBattery')} isOn={onBattery} onToggle={setOnBattery} />
          </div>
        </Card>
        <Card title={`3. ${t('lending.first.whatFor')}`}>
          <div className="grid gap-5">
            <WhatFor />
            <div className="grid max-w-xs gap-2">
              <TextField
                label={t('lending.price')}
                unit="GLM"
                inputMode="decimal"
                value={priceText}
                onText={setPrice}
                problem={priceWei === null && t('render.budgetWrong')}
              />
              <PriceHint prices={prices} />
            </div>
          </div>
        </Card>
      </div>
      <Card title={t('lending.first.benchmark')} className="lg:sticky lg:top-6">
        <div className="flex items-center gap-3">
          <span className="grid size-12 place-items-center rounded-xl bg-accent-soft text-accent">
            <Cpu aria-hidden className="size-6" />
          </span>
          <div className="min-w-0">
            <p className="truncate font-medium">{machine.data.model || t('lending.thisMachine')}</p>
            <p className="text-muted">{t('lending.speedAbout', { speed: number(provider.speed, i18n.language, 2) })}</p>
          </div>
        </div>
        <dl className="mt-5 grid gap-4">
          <Stat
            label={t('lending.first.perDay')}
            value={
              <span className="text-3xl tracking-tight" data-testid="per-day">
                {perDay === null ? '—' : `≈ ${glm(perDay)}`}
              </span>
            }
            about={t('lending.first.perDayAbout')}
          />
        </dl>
        {change.isError && <ProblemNotice className="mt-4" error={change.error} />}
        <Button
          look="primary"
          size="large"
          className="mt-5 w-full"
          disabled={priceWei === null || change.isPending}
          onClick={start}
        >
          {change.isPending ? t('lending.starting') : t('lending.start')}
        </Button>
        <p className="mt-2 text-muted text-xs">{t('lending.first.stop')}</p>
      </Card>
    </div>
  )
}

/** Which applications, by a policy that counts at once; nothing is lent yet. */
function WhatFor() {
  const { t } = useTranslation()
  const query = useQuery(policyQuery)
  const change = usePolicyChange()
  return (
    <QueryView query={query} lines={2}>
      {({ policy }) => (
        <div className="grid gap-3">
          <RunChoice policy={policy} onRun={(run) => change.mutate({ run })} />
          {policy.run === 'listed' && (
            <Names
              label={t('policy.lists.allow-apps')}
              values={policy.allow.apps}
              onValues={(next) => change.mutate({ 'allow.apps': next.join(',') })}
            />
          )}
          {policy.run === 'certified' && (
            <Names
              label={t('policy.lists.validators')}
              values={policy.validators}
              onValues={(next) => change.mutate({ validators: next.join(',') })}
            />
          )}
          {change.isError && <ProblemNotice error={change.error} />}
          <p className="text-muted text-xs">{t('lending.first.policy')}</p>
        </div>
      )}
    </QueryView>
  )
}
