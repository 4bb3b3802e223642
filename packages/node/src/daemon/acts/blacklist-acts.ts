import type { EvmBlacklist, EvmChain } from '@golem/chain'
import { asAddress, asCid, type Bytes32, GolemError, type ListKind, type ListSubject } from '@golem/protocol'
import { type Planners, planOf } from './plan.ts'

type Components = {
  chain: EvmChain
  blacklist: EvmBlacklist
  idOf: (application: string) => Promise<Bytes32>
}

const DAY_S = 86_400
/** A block may come a little late, and the contract counts by it. */
const MAX_S = 180 * DAY_S - 60

export function blacklistActs({ chain, blacklist, idOf }: Components): Planners<'list' | 'delist' | 'appeal'> {
  const { calls } = blacklist
  const subjectOf = async (kind: ListKind, text: string): Promise<ListSubject> => {
    if (kind === 'application') return { kind, id: await idOf(text) }
    if (/^0x[0-9a-fA-F]{40}$/.test(text) && !/^0x0{40}$/.test(text)) return { kind, id: asAddress(text) }
    throw new GolemError({
      code: 'SUBJECT_INVALID',
      message: `${JSON.stringify(text)} is no address of a ${kind}.`,
      remedy: 'An address is 0x and 40 hex digits, not all zero.',
    })
  }
  return {
    list: async ({ kind, subject: text, evidence, days }) => {
      const subject = await subjectOf(kind, text)
      const forS = Math.min(Math.round(days * DAY_S), MAX_S)
      const about = `Puts ${kind} ${subject.id} on the list of this node, for everybody to read, for ${days} days.`
      const expiresAtS = (await chain.now()) + forS
      return planOf(chain, about, [calls.list(subject, asCid(evidence), expiresAtS)], `${kind} ${subject.id}`)
    },
    delist: async ({ kind, subject: text }) => {
      const subject = await subjectOf(kind, text)
      const about = `Takes ${kind} ${subject.id} off the list of this node.`
      return planOf(chain, about, [calls.delist(subject)], `${kind} ${subject.id}`)
    },
    appeal: async ({ owner: ownerText, kind, subject: text, statement }) => {
      const subject = await subjectOf(kind, text)
      const owner = asAddress(ownerText)
      const about = `Answers to the entry of ${kind} ${subject.id} on the list of ${owner}, for everybody to read.`
      return planOf(chain, about, [calls.appeal(owner, subject, asCid(statement))], `${kind} ${subject.id}`)
    },
  }
}
