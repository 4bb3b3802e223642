import { isEnded } from '@golem/api/client'
import { GolemError } from '@golem/protocol'
import { createDisputesApi } from './api/disputes-api.ts'
import type { DaemonParts } from './daemon-parts.ts'

/**
 * What cannot be broken off, or left, without a loss that nobody would see.
 *
 * @param options.isLeft whether the node is another one afterwards, or elsewhere
 * @param options.mayBeAway whether a chain that does not answer is taken for one without disputes. Default: false
 * @throws {GolemError} `NODE_BUSY`, chain errors
 */
export async function refuseBusy(
  parts: DaemonParts,
  { isLeft, mayBeAway = false }: { isLeft: boolean; mayBeAway?: boolean },
): Promise<void> {
  const { requestor, watch, store, chain } = parts
  const running = requestor.jobs().filter(({ state }) => !isEnded(state)).length
  if (running > 0) {
    const what = `${running} ${running === 1 ? 'job has' : 'jobs have'} not ended.`
    throw busy(what, 'Wait for them, or cancel them.')
  }
  const lent = store.list(watch.keys.agreements).length
  if (lent > 0) {
    const what = `This node works for others under ${lent} ${lent === 1 ? 'agreement' : 'agreements'}.`
    throw busy(what, 'Stop lending, and wait until what was delivered is accepted.')
  }
  if (chain.account.transactions().some(({ outcome }) => outcome === null)) {
    throw busy('A transaction of this node is not mined yet.', 'Wait for it.')
  }
  if (!isLeft) return
  const { disputes } = await createDisputesApi(parts)
    .disputes()
    .catch(otherwiseFor(mayBeAway ? ['CONTRACT_MISSING', 'CHAIN_UNREACHABLE'] : ['CONTRACT_MISSING'], { disputes: [] }))
  const self = parts.signer.address
  const open = disputes.filter(
    ({ phase, accuser, accused, isJuror }) => phase !== 'finished' && (isJuror || accuser === self || accused === self),
  ).length
  if (open > 0) {
    const what = `This node is a party or a juror of ${open} ${open === 1 ? 'dispute' : 'disputes'}.`
    throw busy(what, 'Wait until they are judged.')
  }
}

/** What is said of a chain on which a contract does not stand. */
export const withoutContract = <T>(otherwise: T) => otherwiseFor(['CONTRACT_MISSING'], otherwise)

const otherwiseFor =
  <T>(codes: readonly string[], otherwise: T) =>
  (error: unknown): T => {
    if (error instanceof GolemError && codes.includes(error.code)) return otherwise
    throw error
  }

export const busy = (message: string, remedy: string) => new GolemError({ code: 'NODE_BUSY', message, remedy })
