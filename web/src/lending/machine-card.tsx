import type { LendingView } from '@golem/api'
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { machineQuery } from '../api/queries.ts'
import { bytes, number } from '../format/quantities.ts'
import { Card } from '../ui/card.tsx'
import { Meter } from '../ui/meter.tsx'
import { QueryView } from '../ui/query-view.tsx'

/** How the machine is doing under it. */
export function MachineCard({ view: { sight } }: { view: LendingView }) {
  const { t, i18n } = useTranslation()
  const query = useQuery(machineQuery)
  return (
    <Card title={t('lending.machine')}>
      <QueryView query={query} lines={5}>
        {(machine) => (
          <div className="grid gap-4">
            <Line
              name={t('lending.cpu')}
              text={`${number(machine.busyCores, i18n.language)} / ${machine.cores}`}
              value={machine.busyCores}
              max={machine.cores}
            />
            <Line
              name={t('lending.memory')}
              text={`${bytes(machine.memoryBytes - machine.freeMemoryBytes)} / ${bytes(machine.memoryBytes)}`}
              value={machine.memoryBytes - machine.freeMemoryBytes}
              max={machine.memoryBytes}
            />
            <Line
              name={t('lending.disk')}
              text={`${bytes(machine.diskBytes - machine.freeDiskBytes)} / ${bytes(machine.diskBytes)}`}
              value={machine.diskBytes - machine.freeDiskBytes}
              max={machine.diskBytes}
            />
            <dl className="grid grid-cols-2 gap-3 text-[13px]">
              <Fact
                name={t('lending.temperature')}
                value={
                  machine.celsius === null ? t('lending.notReadable') : `${number(machine.celsius, i18n.language)} °C`
                }
              />
              <Fact name={t('lending.speed')} value={number(machine.speed, i18n.language, 2)} />
              {sight !== null && (
                <>
                  <Fact
                    name={t('lending.power')}
                    value={sight.isOnBattery ? t('lending.battery') : t('lending.mains')}
                  />
                  <Fact name={t('lending.activityBy')} value={sight.inputBy ?? t('lending.byLoad')} />
                </>
              )}
            </dl>
          </div>
        )}
      </QueryView>
    </Card>
  )
}

function Line({ name, text, value, max }: { name: string; text: string; value: number; max: number }) {
  return (
    <div>
      <div className="mb-1 flex justify-between gap-3 text-[13px]">
        <span className="font-medium">{name}</span>
        <span className="text-muted tabular-nums">{text}</span>
      </div>
      <Meter label={name} value={value} max={max} />
    </div>
  )
}

const Fact = ({ name, value }: { name: string; value: string }) => (
  <div>
    <dt className="text-muted text-xs">{name}</dt>
    <dd className="font-medium">{value}</dd>
  </div>
)
