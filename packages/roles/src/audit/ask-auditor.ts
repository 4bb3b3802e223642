import type { Clock, Network, Storage } from '@golem/ports'
import {
  type Address,
  AUDIT_PROTOCOL,
  type AuditReply,
  type AuditRequest,
  auditReply,
  type Bytes32,
  type Cid,
  encodeJson,
  GolemError,
  type PeerContact,
  type RecoverSigner,
  type SignedVerdict,
} from '@golem/protocol'
import { askOnce } from '../ask-once.ts'
import { readVerdict } from './rerun-verdict.ts'

const ANSWER_MS = 15_000
/** How an audit stands is asked after these, then as after the last. */
const AGAIN_MS = [500, 1_000, 2_000, 5_000] as const
/** An auditor's word is waited for so long. */
const WORD_MS = 30 * 60_000
/** It was not reached so often in a row. */
const MAX_LOST = 5
const READ_MS = 60_000

export type AskComponents = {
  network: Network
  storage: Storage
  clock: Clock
  recoverSigner?: RecoverSigner | undefined
}

/** @throws {GolemError} as `askOnce` */
export const askAuditor = (
  { network }: Pick<AskComponents, 'network'>,
  to: PeerContact,
  request: AuditRequest,
  signal: AbortSignal,
): Promise<AuditReply> =>
  askOnce(network, {
    to,
    protocol: AUDIT_PROTOCOL,
    request: new TextEncoder().encode(encodeJson(request)),
    reply: auditReply,
    signal: AbortSignal.any([signal, AbortSignal.timeout(ANSWER_MS)]),
  })

export type AskedWord = {
  auditor: Address
  contact: PeerContact
  request: AuditRequest & { type: 'audit' }
  /** What the verdict has to rest on. */
  seed: Bytes32
  beacon: Bytes32
}
/** `declined`: it says why; `silent`: it took it, or was to, and says nothing more. */
export type Word = { verdict: Cid; body: SignedVerdict['body'] } | { none: 'declined' | 'silent'; why: string }

/** An auditor's verdict, once it is there and can be checked: signed by it, about this work, by the seed that was drawn. */
export async function wordOf(components: AskComponents, asked: AskedWord, signal: AbortSignal): Promise<Word> {
  const { clock } = components
  const { contact, request } = asked
  const untilMs = clock.now() + WORD_MS
  let lost = 0
  for (let round = 0; clock.now() < untilMs; round += 1) {
    const reply = await askAuditor(components, contact, request, signal).catch((error: unknown) => {
      signal.throwIfAborted()
      return String(error)
    })
    if (typeof reply === 'string') {
      lost += 1
      if (lost >= MAX_LOST) return { none: 'silent', why: reply }
    } else {
      lost = 0
      if (reply.type === 'declined') return { none: 'declined', why: reply.reason }
      if (reply.type === 'verdict') return verdictOf(components, asked, { verdict: reply.verdict, signal })
    }
    await clock.sleep(AGAIN_MS[round] ?? AGAIN_MS[AGAIN_MS.length - 1] ?? 0, { signal })
  }
  return { none: 'silent', why: 'It does not end.' }
}

async function verdictOf(
  components: AskComponents,
  { auditor, contact, request, seed, beacon }: AskedWord,
  { verdict, signal }: { verdict: Cid; signal: AbortSignal },
): Promise<Word> {
  try {
    const within = AbortSignal.any([signal, AbortSignal.timeout(READ_MS)])
    const { body } = await readVerdict(components, verdict, { from: [contact], signal: within })
    const { judge, work, audited } = body
    const isOfThis = judge === auditor && work === request.work && body.seed === seed
    if (isOfThis && audited?.root === request.root && audited.beacon === beacon) return { verdict, body }
    return { none: 'silent', why: 'Its verdict is about something else.' }
  } catch (error) {
    signal.throwIfAborted()
    return { none: 'silent', why: error instanceof GolemError ? error.message : String(error) }
  }
}
