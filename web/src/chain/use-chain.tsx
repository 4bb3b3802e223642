import type { ChainChange } from '@golem/api'
import { useMutation, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { daemon } from '../api/daemon.ts'
import { chainQuery, walletQuery } from '../api/queries.ts'
import { isAddress } from '../format/is-address.ts'
import { AddressField } from '../ui/address-field.tsx'
import { DialogEnd } from '../ui/dialog-end.tsx'
import { Modal } from '../ui/modal.tsx'
import { Notice } from '../ui/notice.tsx'
import { PasswordField } from '../ui/password-field.tsx'
import { ProblemNotice } from '../ui/problem-notice.tsx'
import { RpcField, rpcOf } from './rpc-field.tsx'

type Props = {
  isEmbedded?: boolean
  rpcUrl?: string
  token?: string
  /** @param hasBegun the node starts anew */
  onDone: (hasBegun: boolean) => void
}

/** Has the node live on another chain, or on its own one again. */
export function UseChain({ isEmbedded = false, onDone, ...known }: Props) {
  const { t } = useTranslation()
  const wallet = useQuery(walletQuery).data
  const isNamed = useQuery(chainQuery).data?.isNamed ?? false
  const [rpc, setRpc] = useState(known.rpcUrl ?? '')
  const [token, setToken] = useState(known.token ?? '')
  const [payments, setPayments] = useState('')
  const [password, setPassword] = useState('')
  const isPlain = wallet?.keyEncrypted === false
  const change = useMutation({
    mutationFn: (wanted: ChainChange) => daemon.changeChain(wanted),
    onSuccess: () => onDone(true),
  })
  const wanted = isEmbedded
    ? ({ act: 'embedded' } as const)
    : chainOf({ rpc, token, payments, password: isPlain ? password : null })
  const title = t(isEmbedded ? 'chain.embedded' : 'chain.use')
  return (
    <Modal
      isOpen
      onOpen={(isOpen) => !isOpen && onDone(false)}
      title={title}
      about={t(isEmbedded ? 'chain.embeddedAbout' : 'chain.useAbout')}
    >
      <form
        className="space-y-4"
        onSubmit={(event) => {
          event.preventDefault()
          if (wanted !== null) change.mutate(wanted)
        }}
      >
        {!isEmbedded && (
          <>
            <RpcField value={rpc} onText={setRpc} />
            <AddressField label={t('chain.token')} value={token} onText={setToken} />
            <AddressField
              label={t('chain.payments')}
              hint={t('chain.paymentsHint')}
              value={payments}
              onText={setPayments}
            />
            {isPlain && (
              <PasswordField
                label={t('restore.newPassword')}
                hint={t('chain.passwordHint')}
                isNew
                onPassword={setPassword}
              />
            )}
          </>
        )}
        {wallet !== undefined && wallet.owedToMeWei !== '0' && (
          <Notice tone="warn" title={t('restore.owed')}>
            {t('restore.owedRemedy')}
          </Notice>
        )}
        <Notice title={t('grid.restarts')}>{t('chain.restartsAbout')}</Notice>
        {isNamed && (
          <Notice tone="warn" title={t('chain.named')}>
            {t('chain.namedRemedy')}
          </Notice>
        )}
        {change.isError && <ProblemNotice error={change.error} />}
        <DialogEnd act={title} isReady={wanted !== null && !change.isPending} onBack={() => onDone(false)} />
      </form>
    </Modal>
  )
}

type Typed = { rpc: string; token: string; payments: string; password: string | null }

/** null while something is missing. */
function chainOf({ rpc, token, payments, password }: Typed): ChainChange | null {
  const rpcUrl = rpcOf(rpc)
  const pays = payments.trim()
  if (rpcUrl === null || !isAddress(token.trim()) || (pays !== '' && !isAddress(pays)) || password === '') return null
  return { act: 'use', rpcUrl, token: token.trim(), ...(pays === '' ? {} : { payments: pays }), password }
}
