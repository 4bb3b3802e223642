import type { Party, TrustDetail } from '@golem/api'
import { APPEAL_WINDOW_S, reputationOf } from '@golem/market'
import { publicKeyOf } from '@golem/network'
import {
  type Address,
  agreementId,
  asAddress,
  asCid,
  auditorsOf,
  type Cid,
  type FinishedWork,
  GolemError,
  type SignedFact,
  type Verdict,
  type WrappedKey,
} from '@golem/protocol'
import { explainListings, explainParty, listRejections, readVerdict, recordKeys, rerunVerdict } from '@golem/roles'
import type { TrustApi } from '../../http/index.ts'
import type { DaemonParts } from '../daemon-parts.ts'
import { randomness } from '../parts/randomness.ts'
import { sayDisputes } from './say-disputes.ts'
import { sourcesOf } from './sources-of.ts'

/** Parties that are shown at once. */
const MAX_SHOWN = 200

/** One party in one matter: a provider with an application, or a requestor. */
type Matter = { address: Address; application: Cid | null; facts: SignedFact[] }

export function createTrustApi(parts: DaemonParts): TrustApi {
  const { book, judgement, lists, policy, apps, chain, store, network, storage, sandbox, speed } = parts
  const keys = recordKeys(chain.settlement)
  const titleOf = (application: Cid): string => {
    for (const { manifestCid, title } of apps.loaded) {
      if (manifestCid === application) return title
      if (auditorsOf(manifestCid) === application) return `audits of ${title}`
    }
    return application
  }

  const mattersOf = (facts: readonly SignedFact[]): Matter[] => {
    const matters = new Map<string, Matter>()
    for (const fact of facts) {
      const { subject, application } = fact.body
      const key = `${subject}/${application}`
      const matter = matters.get(key) ?? { address: subject, application, facts: [] }
      matter.facts.push(fact)
      matters.set(key, matter)
    }
    return [...matters.values()]
  }
  const judge = ({ address, application, facts }: Matter) => {
    const nowMs = Date.now()
    const payWei = usualPay(facts)
    const matter = { payWei, isHired: false }
    const record = application === null ? book.ofRequestor(address) : book.ofProvider(address, application)
    const exclusion =
      application === null
        ? judgement.ofRequestor(address, matter)
        : judgement.ofProvider(address, { ...matter, application })
    const { score } = reputationOf([{ record, isOwn: true }], { nowMs, payWei: Number(payWei) })
    return { nowMs, payWei, record, exclusion, score }
  }
  const viewOf = (matter: Matter): Party => {
    const { exclusion, score } = judge(matter)
    const { address, application, facts } = matter
    const count = (...kinds: string[]) =>
      facts.reduce((sum, { body }) => sum + (kinds.includes(body.kind) ? body.count : 0), 0)
    return {
      address,
      as: application === null ? 'requestor' : 'provider',
      app: application === null ? null : titleOf(application),
      accepted: count('accepted'),
      rejected: count('rejected'),
      otherwise: count('late', 'vanished', 'unpaid', 'malicious'),
      score,
      does: exclusion.does,
    }
  }

  /** Of a private job of this node: the key that it would give to others. */
  const ownKey = (verdict: Cid, { terms }: FinishedWork): WrappedKey | undefined => {
    try {
      const to = publicKeyOf(network.contact().peerId)
      return parts.requestor.keyFor(agreementId(terms), { to, context: verdict })
    } catch (error) {
      if (error instanceof GolemError && ['JOB_UNKNOWN', 'JOB_NOT_PRIVATE'].includes(error.code)) return undefined
      throw error
    }
  }

  return {
    trust: async () => ({
      mode: policy.current().blacklist.mode,
      parties: mattersOf(book.facts()).slice(0, MAX_SHOWN).map(viewOf),
    }),
    party: async (text): Promise<TrustDetail> => {
      const address = asAddress(text)
      const facts = book.facts(address)
      const matters = mattersOf(facts)
      const sentences = matters.flatMap((matter) => {
        const as = matter.application === null ? 'requestor' : 'provider'
        const what =
          matter.application === null ? 'As a requestor.' : `As a provider of ${titleOf(matter.application)}.`
        return [what, ...explainParty(as, { ...judge(matter), facts: matter.facts })]
      })
      if (matters.length === 0) sentences.push('This node has not worked with it yet.')
      if (book.convictions(address).length > 0)
        sentences.push('A panel of stakers convicted it: it counts as caught, as a provider and as a requestor.')
      const { allow, deny, blacklist } = policy.current()
      for (const [kind, plural] of [
        ['provider', 'providers'],
        ['requestor', 'requestors'],
      ] as const) {
        if (deny[plural]?.includes(address)) sentences.push(`As a ${kind} it is on the deny list of this node.`)
        const { mode, appealMs = APPEAL_WINDOW_S * 1_000 } = blacklist
        const isAllowed = allow[plural]?.includes(address) === true
        const acting = { mode, isAllowed, nowS: Date.now() / 1_000, appealWindowS: appealMs / 1_000 }
        sentences.push(...explainListings(kind, { listings: lists.listingsOf(kind, address), ...acting }))
      }
      sentences.push(...(await sayDisputes(parts, address)))
      return {
        address,
        sentences,
        facts: facts.map(({ body }) => {
          const { kind, agreementId, count, valueWei, isProven, evidence, atMs } = body
          return { kind, agreementId, count, valueWei: valueWei.toString(), isProven, evidence, atMs }
        }),
        rejections: listRejections(store, keys)
          .filter(({ requestor }) => requestor === address)
          .map(({ agreementId, index, message, seed, verdict, crop, doubt, atMs }) => {
            return { agreementId, index, message, seed, verdict, crop, doubt, atMs }
          }),
      }
    },
    admit: async ({ verdict, peerId }, { signal }) => {
      const to = publicKeyOf(peerId)
      const cid = asCid(verdict)
      const { work } = await readVerdict(parts, cid, { from: sourcesOf(network, []).from, signal })
      return { key: parts.requestor.keyFor(agreementId(work.terms), { to, context: cid }) }
    },
    rerun: async ({ verdict, from: named, key }, { signal }) => {
      if (sandbox.part === null) throw sandbox.trouble
      const cid = asCid(verdict)
      const own = listRejections(store, keys).find((each) => each.verdict === cid)?.contact ?? null
      const sources = sourcesOf(network, named).from
      const from = own === null ? sources : [own, ...sources.filter(({ peerId }) => peerId !== own.peerId)]
      const { work: record } = await readVerdict(parts, cid, { from, signal })
      const { said, work, found, isSame } = await rerunVerdict(
        { ...parts, sandbox: sandbox.part, apps: apps.loaded, randomBytes: randomness },
        cid,
        {
          from,
          maxInputBytes: storage.usage().maxBytes,
          speed,
          key: (key as WrappedKey | undefined) ?? ownKey(cid, record),
          signal,
        },
      )
      const { judge, provider, agreementId: agreement, index } = said
      return {
        judge,
        provider,
        agreementId: agreement,
        index,
        work,
        said: sayVerdict(said.verdict),
        found: sayVerdict(found),
        isSame,
      }
    },
  }
}

const sayVerdict = (verdict: Verdict) => ({
  accepted: verdict.accepted,
  message: verdict.accepted ? verdict.how : `${verdict.how}: ${verdict.message}`,
})

/** Of what it did, the mean price of a subtask: the measure for how much it has shown. */
function usualPay(facts: readonly SignedFact[]): bigint {
  const count = facts.reduce((sum, { body }) => sum + body.count, 0)
  const valueWei = facts.reduce((sum, { body }) => sum + body.valueWei, 0n)
  return count === 0 ? 1n : valueWei / BigInt(count)
}
