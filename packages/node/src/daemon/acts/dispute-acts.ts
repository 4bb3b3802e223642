import type { EvmChain } from '@golem/chain'
import { agreementId, asAddress, asCid, canonicalJson, formatGlm, GolemError, writeEvidence } from '@golem/protocol'
import { listRejections, readVerdict, recordKeys } from '@golem/roles'
import { sourcesOf } from '../api/sources-of.ts'
import type { DaemonParts } from '../daemon-parts.ts'
import { type Planners, planOf } from './plan.ts'

type Names = 'stake' | 'exit' | 'stay' | 'unstake' | 'serve' | 'resign' | 'dispute' | 'appeal-verdict'
type Components = Pick<
  DaemonParts,
  'stake' | 'disputes' | 'storage' | 'store' | 'network' | 'signer' | 'recoverSigner'
> & { chain: EvmChain }

const READ_MS = 60_000
/** What a dispute is about lies a little in the past by the chain's clock, too. */
const ACT_AGE_S = 60

export function disputeActs(parts: Components): Planners<Names> {
  const { chain, stake, disputes, storage, store, network, signer } = parts
  const days = (seconds: number) => `${Math.round((seconds / 86_400) * 10) / 10} days`
  return {
    stake: async ({ amountWei }) => {
      const wei = BigInt(amountWei)
      const delay = days(await stake.exitDelayS())
      const about =
        `Puts ${formatGlm(wei)} GLM of the wallet at stake under the panels of this network. They can burn a quarter of a ` +
        `stake for one proven wrong. It comes back ${delay} after an exit is asked for.`
      return planOf(chain, about, await stake.calls.add(wei, disputes.address), 'stake')
    },
    exit: async () => {
      const about = `Asks for the whole stake back. It can be taken after ${days(await stake.exitDelayS())}, and counts no more until then.`
      return planOf(chain, about, [stake.calls.exit()], 'stake')
    },
    stay: () => planOf(chain, 'Leaves the stake where it is; it ages anew.', [stake.calls.stay()], 'stake'),
    unstake: () => planOf(chain, 'Takes the stake back into the wallet.', [stake.calls.withdraw()], 'stake'),
    serve: () =>
      planOf(
        chain,
        'Has this node drawn for panels, by its aged stake. It votes by itself, by doing disputed checks again; whoever stays silent is drawn no more.',
        [disputes.calls.enlist()],
        'panels',
      ),
    resign: () => planOf(chain, 'Has this node drawn for panels no more.', [disputes.calls.resign()], 'panels'),
    dispute: async ({ verdict: text, against }) => {
      const verdict = asCid(text)
      const own = listRejections(store, recordKeys(chain.settlement)).find((each) => each.verdict === verdict)
      const from = [...(own?.contact ? [own.contact] : []), ...sourcesOf(network, []).from]
      const { body, work } = await readVerdict(parts, verdict, { from, signal: AbortSignal.timeout(READ_MS) })
      const accused = against === undefined ? body.judge : asAddress(against)
      const { maxClaimWei, arbiter } = await stake.of(accused)
      if (arbiter !== disputes.address || maxClaimWei === 0n)
        throw new GolemError({
          code: 'NOTHING_AT_STAKE',
          message: `${accused} has nothing at stake under the panels of this network: nobody can judge it.`,
          remedy: 'What one can lose to it is the unpaid interval. Put it on your list, or on your deny list.',
        })
      const claim = { format: 'golem-claim/1', accuser: signer.address, accused, verdict }
      const { cid } = await storage.addBytes(new TextEncoder().encode(canonicalJson(claim)))
      const { bondWei } = await disputes.terms()
      const about =
        `Accuses ${accused} before a panel, over subtask ${body.index} of ${agreementId(work.terms)}, with a bond of ${formatGlm(bondWei)} GLM. ` +
        `Whoever loses pays: this node its bond, or ${accused} ${formatGlm(maxClaimWei)} GLM of its stake, which is burned. ` +
        'Keep this node reachable: the panel fetches inputs and outputs from it.'
      const evidence = writeEvidence(cid, network.contact().addresses)
      const actAtS = (await chain.now()) - ACT_AGE_S
      const calls = await disputes.calls.open({ accused, amountWei: maxClaimWei, actAtS, evidence })
      return {
        ...{ about, calls },
        carryOut: async () => {
          // The panel fetches all of it from here, for weeks.
          for (const each of [cid, verdict, body.work, work.inputs, work.delivered.outputs])
            if (each) await storage.pin(asCid(each), `dispute/${cid}`)
          return chain.send(calls, accused)
        },
      }
    },
    'appeal-verdict': async ({ id }) => {
      const [{ round }, { bondWei }] = await Promise.all([disputes.dispute(id), disputes.terms()])
      const wei = bondWei << BigInt(round + 1)
      const about = `Takes dispute ${id} to a panel of twice the seats, with a bond of ${formatGlm(wei)} GLM.`
      return planOf(chain, about, await disputes.calls.appeal(id, wei), `dispute ${id}`)
    },
  }
}
