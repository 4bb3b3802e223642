import { useTranslation } from 'react-i18next'
import { Notice } from '../ui/notice.tsx'
import { Segmented } from '../ui/segmented.tsx'
import { type Rules, runsNothing } from './runs-nothing.ts'

type Props = { policy: Rules; onRun: (run: Rules['run']) => void }

/** Which applications run: listed, certified or any; and a word where that comes to none. */
export function RunChoice({ policy, onRun }: Props) {
  const { t } = useTranslation()
  return (
    <div className="grid gap-3">
      <Segmented
        label={t('policy.run')}
        hint={t(`policy.runHint.${policy.run}`)}
        value={policy.run}
        options={(['certified', 'listed', 'any'] as const).map((value) => ({
          value,
          label: t(`policy.runs.${value}`),
        }))}
        onValue={onRun}
      />
      {runsNothing(policy) && <Notice tone="warn" title={t('policy.nothing')} />}
    </div>
  )
}
