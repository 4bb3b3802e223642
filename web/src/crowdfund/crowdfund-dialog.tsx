import type { Act } from '@golem/api'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { ActModal } from '../act/act-modal.tsx'
import { weiOf } from '../format/amounts.ts'
import { TextField } from '../ui/field.tsx'
import type { CrowdfundAct } from './crowdfund-acts.ts'

/** Contributes, ends it after its success, or takes all back after its failure. */
export function CrowdfundDialog({ name, onDone }: { name: CrowdfundAct; onDone: () => void }) {
  const { t } = useTranslation()
  const [text, setText] = useState('')
  const amountWei = weiOf(text)
  const isWrong = text !== '' && (amountWei === null || amountWei === '0')
  const act = actOf(name, isWrong ? null : amountWei)
  return (
    <ActModal
      title={t(`crowdfund.acts.${name}`)}
      about={t(`crowdfund.actsAbout.${name}`)}
      prepare={act && (() => act)}
      onDone={onDone}
    >
      {name === 'contribute' && (
        <TextField
          label={t('wallet.amount')}
          unit="ETH"
          inputMode="decimal"
          autoComplete="off"
          value={text}
          onText={setText}
          problem={isWrong && t('wallet.amountWrong')}
        />
      )}
    </ActModal>
  )
}

function actOf(name: CrowdfundAct, amountWei: string | null): Act | null {
  if (name !== 'contribute') return { act: name }
  return amountWei === null ? null : { act: name, amountWei }
}
