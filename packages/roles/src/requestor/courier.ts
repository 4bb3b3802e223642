import type { Clock, Network, Store, StoreChange } from '@golem/ports'
import { type Bytes32, type Signer, signTerms, type Wei } from '@golem/protocol'
import type { Logger } from '../logger.ts'
import { type AgreementLink, openAgreementLink } from './agreement-link.ts'
import { channelOf } from './channel-of.ts'
import { agreementOf, attemptKey, type JobState } from './job-state.ts'
import type { Treasury } from './treasury.ts'

/** A provider that is away is looked for this long, and again when the node is started. */
const PATIENCE_MS = 10 * 60_000
/** An acceptance names no more: the protocol's limit. The voucher is cumulative whatever it names. */
const MAX_NAMED = 1_000

const UNPAID = 'requestor/unpaid/'

/**
 * Brings vouchers to providers that had not confirmed them when their job ended, or when this node did. What is accepted
 * is written down before it is said, and so is to be said until it was heard.
 */
export type Courier = {
  /** Part of the change that makes an acceptance count. */
  readonly owes: (job: string, agreement: Bytes32) => StoreChange
  /** Takes over from a job that has ended. `heardWei`: what each agreement's provider says that it has. */
  takeOver(state: JobState, heardWei: ReadonlyMap<Bytes32, Wei>): void
  stop(): void
}

type Components = {
  signer: Signer
  network: Network
  store: Store
  clock: Clock
  logger: Logger
  treasury: Pick<Treasury, 'latest' | 'newestFunding'>
}

export function createCourier({ signer, network, store, clock, logger, treasury }: Components): Courier {
  const errands = new Set<AgreementLink>()
  const stopped = new AbortController()
  const keyOf = (job: string, agreement: Bytes32) => `${UNPAID}${job}/${agreement}`

  const send = (job: string, state: JobState, id: Bytes32): void => {
    const { terms, contact } = agreementOf(state, id)
    const channel = channelOf(terms)
    let named: number[] = []
    const say = (): void => {
      const voucher = treasury.latest(channel)
      if (voucher) link.send({ type: 'accept', indices: named, voucher })
    }
    const end = (isHeard: boolean): void => {
      if (!errands.delete(link)) return
      link.send({ type: 'finish' })
      link.close()
      if (!isHeard) return
      try {
        store.commit([{ remove: keyOf(job, id) }])
      } catch (error) {
        // It is brought once more, then.
        logger.warn({ job, agreement: id, err: error }, 'a voucher was brought, and that could not be written down')
      }
    }
    const options = { terms, signature: signTerms(signer, terms), contact }
    const link = openAgreementLink({ network, clock, logger }, options, {
      onState: (now) => {
        if (now === 'declined' || now === 'violated') end(now === 'declined')
      },
      onOpened: (_signature, unsettled) => {
        named = unsettled.filter((index) => state.attempts.get(attemptKey(id, index))?.state === 'accepted')
        named = named.slice(0, MAX_NAMED)
        say()
        const funding = treasury.newestFunding(channel)
        if (funding) link.send({ type: 'fund', funding })
      },
      onMessage: (message) => {
        if (message.type === 'funded') say()
        if (message.type === 'voucher-stored' && message.amountWei >= (treasury.latest(channel)?.amountWei ?? 0n))
          end(true)
      },
    })
    errands.add(link)
    clock.sleep(PATIENCE_MS, { signal: stopped.signal }).then(
      () => end(false),
      () => undefined,
    )
  }

  return {
    owes: (job, agreement) => ({ put: keyOf(job, agreement), value: '' }),
    takeOver: (state, heardWei) => {
      const { id: job } = state.request
      const heard: StoreChange[] = []
      for (const { key } of store.list(`${UNPAID}${job}/`)) {
        const id = key.slice(`${UNPAID}${job}/`.length) as Bytes32
        const terms = state.agreements.get(id)?.terms
        const owedWei = terms ? (treasury.latest(channelOf(terms))?.amountWei ?? 0n) : 0n
        const isSettled = !terms || terms.deadlineMs <= clock.now() || (heardWei.get(id) ?? -1n) >= owedWei
        if (isSettled) heard.push({ remove: key })
        else send(job, state, id)
      }
      store.commit(heard)
    },
    stop: () => {
      stopped.abort()
      for (const link of errands) link.close()
      errands.clear()
    },
  }
}
