import { useTranslation } from 'react-i18next'
import { glm, glmText, weiOf } from '../format/amounts.ts'
import { Button } from '../ui/button.tsx'
import { TextField } from '../ui/field.tsx'

type Coin = 'glm' | 'eth'
type Props = {
  coin?: Coin
  /** What there is of it. */
  mostWei: string | null
  value: string
  onText: (text: string) => void
}

/** How much, out of what there is. */
export function AmountField({ coin = 'glm', mostWei, value, onText }: Props) {
  const { t } = useTranslation()
  const unit = coin.toUpperCase()
  const problem = amountProblem(value, mostWei)
  return (
    <div className="flex items-end gap-2">
      <TextField
        className="flex-1"
        label={t('wallet.amount')}
        unit={unit}
        inputMode="decimal"
        autoComplete="off"
        value={value}
        onText={onText}
        hint={mostWei === null ? undefined : t('wallet.most', { amount: glm(mostWei).replace('GLM', unit) })}
        problem={problem !== null && t(`wallet.${problem}`)}
      />
      {mostWei !== null && coin === 'glm' && (
        <Button className="mb-5" onClick={() => onText(glmText(mostWei))}>
          {t('wallet.all')}
        </Button>
      )}
    </div>
  )
}

/** What was typed, in base units, where there is so much of it. */
export function amountOf(text: string, mostWei: string | null): string | null {
  const amountWei = weiOf(text)
  return amountWei === null || amountWei === '0' || amountProblem(text, mostWei) !== null ? null : amountWei
}

function amountProblem(text: string, mostWei: string | null): 'amountWrong' | 'tooMuch' | null {
  if (text === '') return null
  const amountWei = weiOf(text)
  if (amountWei === null) return 'amountWrong'
  return mostWei !== null && BigInt(amountWei) > BigInt(mostWei) ? 'tooMuch' : null
}
