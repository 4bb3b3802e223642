import type { Act } from '@golem/api'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { ActModal } from '../act/act-modal.tsx'
import { AmountField, amountOf } from '../act/amount-field.tsx'
import type { StakeAct } from './stake-acts.ts'

type Props = { name: StakeAct; walletWei: string | null; onDone: () => void }

/** Changes what this node has at stake. */
export function StakeDialog({ name, walletWei, onDone }: Props) {
  const { t } = useTranslation()
  const [text, setText] = useState('')
  const act = actOf(name, amountOf(text, walletWei))
  return (
    <ActModal
      title={t(`stake.acts.${name}`)}
      about={t(`stake.actsAbout.${name}`)}
      prepare={act && (() => act)}
      onDone={onDone}
    >
      {name === 'stake' && <AmountField mostWei={walletWei} value={text} onText={setText} />}
    </ActModal>
  )
}

function actOf(name: StakeAct, amountWei: string | null): Act | null {
  if (name !== 'stake') return { act: name }
  return amountWei === null ? null : { act: 'stake', amountWei }
}
