import { useTranslation } from 'react-i18next'
import { Choice } from '../ui/choice.tsx'
import { Segmented } from '../ui/segmented.tsx'
import { type Choices, CROPS, REPLICAS } from './choices.ts'

type Props = { choices: Choices; onChange: (change: Partial<Choices>) => void }

const CHECKS = ['usual', 'more', 'replicas', 'all'] as const
const upTo = (least: number, most: number) =>
  Array.from({ length: most - least + 1 }, (_, step) => ({ value: `${least + step}`, label: `${least + step}` }))

/** How thoroughly results are checked, and by whom else. */
export function CheckChoice({ choices, onChange }: Props) {
  const { t } = useTranslation()
  const { check, crops, agreeing, copies } = choices
  return (
    <div className="space-y-3">
      <Segmented
        label={t('render.check')}
        hint={t(`render.checkHints.${check}`, { count: crops })}
        value={check === 'none' ? '' : check}
        options={CHECKS.map((value) => ({ value: value as string, label: t(`render.checks.${value}`) }))}
        onValue={(next) => onChange({ check: next as Choices['check'] })}
      />
      {check === 'more' && (
        <Choice
          label={t('render.crops')}
          value={`${crops}`}
          options={upTo(CROPS.least, CROPS.most)}
          onValue={(next) => onChange({ crops: Number(next) })}
        />
      )}
      {check === 'replicas' && (
        <div className="grid grid-cols-2 gap-4">
          <Choice
            label={t('render.agreeing')}
            value={`${agreeing}`}
            options={upTo(REPLICAS.least, REPLICAS.most)}
            onValue={(next) => onChange({ agreeing: Number(next), copies: Math.max(copies, Number(next)) })}
          />
          <Choice
            label={t('render.copies')}
            value={`${copies}`}
            options={upTo(agreeing, REPLICAS.most)}
            onValue={(next) => onChange({ copies: Number(next) })}
          />
        </div>
      )}
    </div>
  )
}
