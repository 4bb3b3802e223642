import type { Act, Wallet } from '@golem/api'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { toast } from 'sonner'
import { daemon } from '../api/daemon.ts'
import { glm, glmText, weiOf } from '../format/amounts.ts'
import { useSaid } from '../i18n/use-said.ts'
import { Button } from '../ui/button.tsx'
import { TextField } from '../ui/field.tsx'
import { Modal } from '../ui/modal.tsx'
import { Notice } from '../ui/notice.tsx'
import { ProblemNotice } from '../ui/problem-notice.tsx'
import { Segmented } from '../ui/segmented.tsx'

export type ActName = 'deposit' | 'withdraw' | 'send' | 'settle'
type Coin = 'glm' | 'eth'

/** Says what, is told what it would do and cost, and only then does it. */
export function ActDialog({ name, wallet, onDone }: { name: ActName; wallet: Wallet; onDone: () => void }) {
  const { t } = useTranslation()
  const said = useSaid()
  const queries = useQueryClient()
  const [text, setText] = useState('')
  const [to, setTo] = useState('')
  const [coin, setCoin] = useState<Coin>('glm')
  const amountWei = weiOf(text)
  const most = mostOf(name, coin, wallet)
  const isTooMuch = amountWei !== null && most !== null && BigInt(amountWei) > BigInt(most)
  const isAddress = /^0x[0-9a-fA-F]{40}$/.test(to.trim())
  const act = actOf(name, { amountWei, to: to.trim(), coin })
  const isWhole = act !== null && !isTooMuch && (name !== 'send' || isAddress)

  const quote = useMutation({ mutationFn: (wanted: Act) => daemon.quote(wanted) })
  const carryOut = useMutation({
    mutationFn: (wanted: Act) => daemon.act(wanted),
    onSuccess: ({ about }) => {
      toast.success(said(about))
      onDone()
    },
    onSettled: () => queries.invalidateQueries(),
  })
  const quoted = quote.data
  return (
    <Modal
      isOpen
      onOpen={(isOpen) => !isOpen && onDone()}
      title={t(`wallet.acts.${name}`)}
      about={t(`wallet.actsAbout.${name}`)}
    >
      <form
        className="space-y-4"
        onSubmit={(event) => {
          event.preventDefault()
          if (act === null || !isWhole) return
          if (quoted === undefined) quote.mutate(act)
          else carryOut.mutate(act)
        }}
      >
        {quoted === undefined ? (
          <>
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
                <TextField
                  label={t('wallet.to')}
                  placeholder="0x…"
                  value={to}
                  onText={setTo}
                  spellCheck={false}
                  problem={to !== '' && !isAddress && t('wallet.toWrong')}
                />
              </>
            )}
            {name !== 'settle' && (
              <div className="flex items-end gap-2">
                <TextField
                  className="flex-1"
                  label={t('wallet.amount')}
                  unit={coin.toUpperCase()}
                  inputMode="decimal"
                  value={text}
                  onText={setText}
                  hint={
                    most === null
                      ? undefined
                      : t('wallet.most', { amount: glm(most).replace('GLM', coin.toUpperCase()) })
                  }
                  problem={
                    (text !== '' && amountWei === null && t('wallet.amountWrong')) || (isTooMuch && t('wallet.tooMuch'))
                  }
                />
                {most !== null && coin === 'glm' && (
                  <Button className="mb-5" onClick={() => setText(glmText(most))}>
                    {t('wallet.all')}
                  </Button>
                )}
              </div>
            )}
          </>
        ) : (
          <Notice title={said(quoted.about)}>
            {quoted.transactions === 0
              ? t('wallet.nothingToDo')
              : t('wallet.costs', { count: quoted.transactions, fee: glm(quoted.feeWei).replace('GLM', 'ETH') })}
          </Notice>
        )}
        {(quote.isError || carryOut.isError) && <ProblemNotice error={quote.error ?? carryOut.error} />}
        {carryOut.isPending && <p role="status">{t('wallet.pending')}</p>}
        <div className="flex justify-end gap-2">
          <Button look="quiet" onClick={quoted === undefined ? onDone : () => quote.reset()}>
            {quoted === undefined ? t('common.cancel') : t('common.back')}
          </Button>
          <Button look="primary" type="submit" disabled={!isWhole || quote.isPending || carryOut.isPending}>
            {quoted === undefined ? t('common.next') : t(`wallet.acts.${name}`)}
          </Button>
        </div>
      </form>
    </Modal>
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
  if (amountWei === null || amountWei === '0') return null
  if (name === 'send') return { act: 'send', coin, amountWei, to }
  return { act: name, amountWei }
}
