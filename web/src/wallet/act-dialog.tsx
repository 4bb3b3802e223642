import type { Act, Wallet } from '@golem/api'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { ActModal } from '../act/act-modal.tsx'
import { AmountField, amountOf } from '../act/amount-field.tsx'
import { isAddress } from '../format/is-address.ts'
import { AddressField } from '../ui/address-field.tsx'
import { Segmented } from '../ui/segmented.tsx'

export type ActName = 'deposit' | 'withdraw' | 'send' | 'settle'
type Coin = 'glm' | 'eth'

/** Moves money of this node. */
export function ActDialog({ name, wallet, onDone }: { name: ActName; wallet: Wallet; onDone: () => void }) {
  const { t } = useTranslation()
  const [text, setText] = useState('')
  const [to, setTo] = useState('')
  const [coin, setCoin] = useState<Coin>('glm')
  const mostWei = mostOf(name, coin, wallet)
  const act = actOf(name, { amountWei: amountOf(text, mostWei), to: to.trim(), coin })
  return (
    <ActModal
      title={t(`wallet.acts.${name}`)}
      about={t(`wallet.actsAbout.${name}`)}
      prepare={act && (() => act)}
      onDone={onDone}
    >
      {name === 'send' && (
        <>
          <Segmented
            label={t('wallet.coin')}
            value={coin}
            options={[
              { value: 'glm', label: 'GLM' },
              { value: 'eth', label: 'ETH' },
            ]}
            onValue={setCoin}
          />
          <AddressField label={t('wallet.to')} value={to} onText={setTo} />
        </>
      )}
      {name !== 'settle' && <AmountField coin={coin} mostWei={mostWei} value={text} onText={setText} />}
    </ActModal>
  )
}

function mostOf(name: ActName, coin: Coin, { walletWei, freeWei, gasWei }: Wallet): string | null {
  if (name === 'deposit') return walletWei
  if (name === 'withdraw') return freeWei
  if (name === 'send') return coin === 'glm' ? walletWei : gasWei
  return null
}

type Said = { amountWei: string | null; to: string; coin: Coin }

function actOf(name: ActName, { amountWei, to, coin }: Said): Act | null {
  if (name === 'settle') return { act: 'settle' }
  if (amountWei === null) return null
  if (name === 'send') return isAddress(to) ? { act: 'send', coin, amountWei, to } : null
  return { act: name, amountWei }
}
