import type { NewContracts } from '@golem/api'
import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { daemon } from '../api/daemon.ts'
import { glm, weiOf } from '../format/amounts.ts'
import { isAddress } from '../format/is-address.ts'
import { useSaid } from '../i18n/use-said.ts'
import { Address } from '../ui/address.tsx'
import { AddressField } from '../ui/address-field.tsx'
import { Badge } from '../ui/badge.tsx'
import { DialogEnd } from '../ui/dialog-end.tsx'
import { TextField } from '../ui/field.tsx'
import { Modal } from '../ui/modal.tsx'
import { Notice } from '../ui/notice.tsx'
import { ProblemNotice } from '../ui/problem-notice.tsx'
import { Segmented } from '../ui/segmented.tsx'
import { RpcField, rpcOf } from './rpc-field.tsx'

const DAY_S = 86_400
const MOST_DAYS = 3_650
/** As the project itself was founded. */
const AT_FIRST = {
  ...{ rpc: '', token: '', minimum: '150000', cap: '820000', days: '30', lockDays: '180', company: '' },
}
type Typed = typeof AT_FIRST
type Source = 'new' | 'known'
type Props = { onDone: () => void; onUse: (rpcUrl: string, token: string) => void }

/** Makes what a chain lacks of the contracts, once its cost was seen. */
export function MakeContracts({ onDone, onUse }: Props) {
  const { t } = useTranslation()
  const said = useSaid()
  const [typed, setTyped] = useState(AT_FIRST)
  const [source, setSource] = useState<Source>('new')
  const quote = useMutation({ mutationFn: (wanted: NewContracts) => daemon.quoteContracts(wanted) })
  const make = useMutation({ mutationFn: (wanted: NewContracts) => daemon.makeContracts(wanted) })
  const wanted = contractsOf(typed, source)
  const made = make.data
  const field = (name: keyof Typed) => ({
    value: typed[name],
    onText: (text: string) => setTyped((before) => ({ ...before, [name]: text })),
  })
  const problemOf = (name: 'minimum' | 'cap') => {
    const [wei, minimum] = [weiOf(typed[name]), weiOf(typed.minimum)]
    if (wei === null || wei === '0') return t('wallet.amountWrong')
    return name === 'cap' && minimum !== null && BigInt(wei) < BigInt(minimum) && t('chain.capWrong')
  }
  const amount = (name: 'minimum' | 'cap') => (
    <TextField
      label={t(`chain.${name}`)}
      unit="ETH"
      inputMode="decimal"
      autoComplete="off"
      problem={problemOf(name)}
      {...field(name)}
    />
  )
  const days = (name: 'days' | 'lockDays') => (
    <TextField
      label={t(`chain.${name}`)}
      unit={t('chain.dayUnit')}
      inputMode="decimal"
      autoComplete="off"
      problem={secondsOf(typed[name]) === null && t('chain.daysWrong')}
      {...field(name)}
    />
  )
  const submit = () => {
    if (made !== undefined) onUse(typed.rpc.trim(), made.token)
    else if (wanted === null) return
    else if (quote.data === undefined) quote.mutate(wanted)
    else {
      // What was begun is gone on with, however often it is tried.
      const { startsAtS } = quote.data
      const crowdfunding = { ...wanted.crowdfunding, ...(startsAtS === null ? {} : { startsAtS }) }
      make.mutate({ ...wanted, crowdfunding })
    }
  }
  const back = () => {
    quote.reset()
    make.reset()
  }
  return (
    <Modal
      isOpen
      onOpen={(isOpen) => !isOpen && !make.isPending && onDone()}
      title={t('chain.make')}
      about={t('chain.makeAbout')}
    >
      <form
        className="space-y-4"
        onSubmit={(event) => {
          event.preventDefault()
          submit()
        }}
      >
        {quote.data === undefined && (
          <>
            <RpcField {...field('rpc')} />
            <Segmented
              label={t('chain.token')}
              value={source}
              options={[
                { value: 'new', label: t('chain.newToken') },
                { value: 'known', label: t('chain.knownToken') },
              ]}
              onValue={setSource}
            />
            {source === 'known' ? (
              <AddressField label={t('chain.tokenAddress')} {...field('token')} />
            ) : (
              <>
                <div className="grid grid-cols-2 gap-4">
                  {amount('minimum')}
                  {amount('cap')}
                  {days('days')}
                  {days('lockDays')}
                </div>
                <AddressField label={t('chain.company')} hint={t('chain.companyHint')} {...field('company')} />
              </>
            )}
          </>
        )}
        {quote.data !== undefined && made === undefined && (
          <Notice title={quote.data.about === null ? t('chain.allThere') : said(quote.data.about)}>
            {t('chain.tokenToBe')} <Address of={quote.data.token} />
          </Notice>
        )}
        {make.isPending && <p role="status">{t('wallet.pending')}</p>}
        {made !== undefined && (
          <>
            <Notice tone="good" title={t('chain.made', { id: made.chainId })}>
              {t('chain.madeFor', { fee: glm(made.feeWei).replace('GLM', 'ETH') })}
            </Notice>
            <ul className="space-y-1.5 text-[13px]">
              {[{ name: t('chain.token'), address: made.token, isNew: false }, ...made.contracts].map((each) => (
                <li key={each.name} className="flex flex-wrap items-center justify-between gap-2">
                  <span>{each.name}</span>
                  <span className="flex items-center gap-2">
                    {each.isNew && <Badge tone="good">{t('chain.isNew')}</Badge>}
                    <Address of={each.address} />
                  </span>
                </li>
              ))}
            </ul>
          </>
        )}
        {(quote.isError || make.isError) && <ProblemNotice error={make.error ?? quote.error} />}
        <DialogEnd
          act={made !== undefined ? t('chain.use') : t(quote.data === undefined ? 'common.next' : 'chain.make')}
          isReady={(made !== undefined || wanted !== null) && !quote.isPending && !make.isPending}
          isBackReady={!make.isPending}
          onBack={quote.data === undefined || made !== undefined ? onDone : back}
          back={made !== undefined ? t('common.close') : quote.data === undefined ? undefined : t('common.back')}
        />
      </form>
    </Modal>
  )
}

function secondsOf(days: string): number | null {
  const seconds = Math.ceil(Number(days) * DAY_S)
  return days.trim() !== '' && seconds > 0 && seconds <= MOST_DAYS * DAY_S ? seconds : null
}

/** null while something is missing. */
function contractsOf(typed: Typed, source: Source): NewContracts | null {
  const rpcUrl = rpcOf(typed.rpc)
  const [minimumWei, capWei] = [weiOf(typed.minimum), weiOf(typed.cap)]
  const [forS, teamLockS] = [secondsOf(typed.days), secondsOf(typed.lockDays)]
  const [token, company] = [typed.token.trim(), typed.company.trim()]
  if (rpcUrl === null || minimumWei === null || capWei === null || forS === null || teamLockS === null) return null
  if (minimumWei === '0' || BigInt(capWei) < BigInt(minimumWei)) return null
  if (source === 'known' ? !isAddress(token) : company !== '' && !isAddress(company)) return null
  return {
    rpcUrl,
    ...(source === 'known' ? { token } : {}),
    crowdfunding: { minimumWei, capWei, forS, teamLockS, ...(company === '' ? {} : { company }) },
  }
}
