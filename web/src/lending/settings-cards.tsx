import type { LendingView } from '@golem/api'
import { useQuery } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { machineQuery, pricesQuery } from '../api/queries.ts'
import { glm, glmFloat, glmText, weiOf } from '../format/amounts.ts'
import { bytes } from '../format/quantities.ts'
import { Button } from '../ui/button.tsx'
import { Card } from '../ui/card.tsx'
import { TextField } from '../ui/field.tsx'
import { ProblemNotice } from '../ui/problem-notice.tsx'
import { Range } from '../ui/range.tsx'
import { Segmented } from '../ui/segmented.tsx'
import { Toggle } from '../ui/toggle.tsx'
import { PriceHint } from './price-hint.tsx'
import { ScheduleGrid } from './schedule-grid.tsx'
import { useLendingChange } from './use-lending-change.ts'

const GIB = 1024 ** 3
const MINUTE_MS = 60_000
/** The price slider goes by hundredths of a GLM, to one GLM at least. */
const STEPS_PER_GLM = 100
const MOST_STEPS = STEPS_PER_GLM

const inSteps = (wei: string): number => Math.round(glmFloat(wei) * STEPS_PER_GLM)
const weiOfSteps = (steps: number): bigint => (BigInt(steps) * 10n ** 18n) / BigInt(STEPS_PER_GLM)

/** How much is lent, and for how much. */
export function SettingsCard({ view: { settings } }: { view: LendingView }) {
  const { t } = useTranslation()
  const machine = useQuery(machineQuery)
  const prices = useQuery(pricesQuery('blender'))
  const change = useLendingChange()
  const [price, setPrice] = useState(glmText(settings.pricePerCoreHourWei))
  useEffect(() => setPrice(glmText(settings.pricePerCoreHourWei)), [settings.pricePerCoreHourWei])
  const priceWei = weiOf(price)
  const coresHere = machine.data?.cores ?? settings.cores
  const memoryHere = machine.data?.memoryBytes ?? settings.memoryBytes
  const diskHere = machine.data?.diskBytes ?? 100 * GIB
  const suggested = prices.data?.expectedWei ?? null
  const mostSteps = Math.max(MOST_STEPS, 2 * inSteps(settings.pricePerCoreHourWei), 4 * inSteps(suggested ?? '0'))
  return (
    <Card title={t('lending.howMuch')}>
      <div className="grid gap-5">
        <Range
          label={t('lending.cores')}
          value={settings.cores}
          min={1}
          max={Math.max(2, coresHere, settings.cores)}
          text={(value) => t('lending.coresOf', { count: value, all: coresHere })}
          onValue={(cores) => change.mutate({ cores })}
        />
        <Range
          label={t('lending.memory')}
          value={Math.max(1, Math.round(settings.memoryBytes / GIB))}
          min={1}
          max={Math.max(2, Math.floor(memoryHere / GIB))}
          text={(value) => bytes(value * GIB)}
          onValue={(value) => change.mutate({ memoryBytes: value * GIB })}
        />
        <Range
          label={t('lending.disk')}
          value={settings.diskBytes === null ? 0 : Math.round(settings.diskBytes / GIB)}
          min={0}
          max={Math.max(10, Math.floor(diskHere / GIB))}
          step={5}
          text={(value) => (value === 0 ? t('lending.diskPolicy') : bytes(value * GIB))}
          onValue={(value) => change.mutate({ diskBytes: value === 0 ? null : value * GIB })}
        />
        <Range
          label={t('lending.price')}
          value={inSteps(settings.pricePerCoreHourWei)}
          min={0}
          max={mostSteps}
          text={(value) => glm(weiOfSteps(value))}
          onMove={(value) => setPrice(glmText(weiOfSteps(value)))}
          onValue={(value) => change.mutate({ pricePerCoreHourWei: weiOfSteps(value).toString() })}
        />
        <form
          className="flex flex-wrap items-end gap-2"
          onSubmit={(event) => {
            event.preventDefault()
            if (priceWei !== null) change.mutate({ pricePerCoreHourWei: priceWei })
          }}
        >
          <TextField
            className="min-w-44 flex-1"
            label={t('lending.priceExactly')}
            unit="GLM"
            inputMode="decimal"
            value={price}
            onText={setPrice}
            problem={priceWei === null && t('render.budgetWrong')}
          />
          <Button type="submit" disabled={priceWei === null || priceWei === settings.pricePerCoreHourWei}>
            {t('common.save')}
          </Button>
          {suggested !== null && suggested !== settings.pricePerCoreHourWei && (
            <Button look="quiet" onClick={() => change.mutate({ pricePerCoreHourWei: suggested })}>
              {t('lending.take', { price: glm(suggested) })}
            </Button>
          )}
        </form>
        <div className="-mt-3">
          <PriceHint prices={prices} />
        </div>
        {change.isError && <ProblemNotice error={change.error} />}
      </div>
    </Card>
  )
}

/** When it is lent, and what becomes of work when its owner comes back. */
export function ScheduleCard({ view: { settings } }: { view: LendingView }) {
  const { t } = useTranslation()
  const change = useLendingChange()
  return (
    <Card title={t('lending.when')}>
      <div className="grid grid-cols-1 gap-5">
        <Segmented
          label={t('lending.mode')}
          hint={t(`lending.whenHint.${settings.when}`)}
          value={settings.when}
          options={(['always', 'idle', 'schedule'] as const).map((value) => ({
            value,
            label: t(`lending.whens.${value}`),
          }))}
          onValue={(when) =>
            change.mutate(when === 'schedule' && settings.schedule === null ? { when, schedule: EVENINGS } : { when })
          }
        />
        <ScheduleGrid
          schedule={settings.schedule}
          onSchedule={(schedule) =>
            change.mutate(
              schedule === null && settings.when === 'schedule' ? { schedule, when: 'always' } : { schedule },
            )
          }
          onStop={settings.isOn ? () => change.mutate({ isOn: false }) : undefined}
        />
        {settings.when === 'idle' && (
          <>
            <Range
              label={t('lending.idleAfter')}
              value={Math.round(settings.idleAfterMs / MINUTE_MS)}
              min={1}
              max={60}
              text={(value) => t('lending.minutes', { count: value })}
              onValue={(value) => change.mutate({ idleAfterMs: value * MINUTE_MS })}
            />
            <Segmented
              label={t('lending.onReturn')}
              value={settings.onReturn}
              options={(['throttle', 'freeze'] as const).map((value) => ({
                value,
                label: t(`lending.onReturns.${value}`),
              }))}
              onValue={(onReturn) => change.mutate({ onReturn })}
            />
          </>
        )}
        <Segmented
          label={t('lending.priority')}
          hint={t(`lending.priorityHint.${settings.priority}`)}
          value={settings.priority}
          options={(['lowest', 'normal'] as const).map((value) => ({ value, label: t(`lending.priorities.${value}`) }))}
          onValue={(priority) => change.mutate({ priority })}
        />
        <div>
          <Toggle
            label={t('lending.onBattery')}
            isOn={settings.onBattery}
            onToggle={(onBattery) => change.mutate({ onBattery })}
          />
          <Toggle
            label={t('lending.onMetered')}
            isOn={settings.onMetered}
            onToggle={(onMetered) => change.mutate({ onMetered })}
          />
        </div>
        {change.isError && <ProblemNotice error={change.error} />}
      </div>
    </Card>
  )
}

const EVENINGS = 'mon-fri 19:00-07:00, sat-sun'
