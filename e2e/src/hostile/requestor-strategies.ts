import type { Disguise } from '@golem/node/start'
import {
  type ChannelKey,
  domainOf,
  encodeJson,
  GolemError,
  type Signer,
  signVoucher,
  type Terms,
} from '@golem/protocol'
import type { Strategy } from './provider-strategies.ts'
import { answering, asking, talking, type Words } from './tampering.ts'

/** What is said instead, in the streams of agreements; null for nothing. */
type Says = (message: Words, before: Words[]) => Words | null

/** With all that it would have said before. */
const saying = (says: Says) => {
  const before: Words[] = []
  return {
    network: talking({
      protocol: '/golem/activity/',
      says: (message) => {
        before.push(message)
        return says(message, before)
      },
    }),
  }
}
/** It settles nothing by itself either, so that vouchers are all that its providers have. */
const unsettled = (says: Says): Disguise => ({
  ...saying((message, before) => {
    const said = says(message, before)
    return said?.type === 'finish' ? { ...said, settles: false } : said
  }),
  chain: (chain) => ({
    ...chain,
    settle: () => Promise.reject(new GolemError({ code: 'UNWILLING', message: 'It does not settle.' })),
  }),
})
/** Takes what it got, and goes. */
const LEAVES: Words = { type: 'finish', settles: false }
const leaving =
  (after: number): Strategy =>
  () =>
    unsettled((message, before) => (message.type === 'accept' && namedBy(before) > after ? LEAVES : message))
const acceptances = (messages: Words[]) => messages.filter(({ type }) => type === 'accept')
const namedBy = (messages: Words[]) => acceptances(messages).reduce((sum, { indices }) => sum + lengthOf(indices), 0)
const lengthOf = (list: unknown): number => (list as unknown[]).length

/** How a node of a person who has work done plays: each of these has work done, and pays for less of it. */
export const REQUESTORS = {
  'does not pay': leaving(0),
  'pays until trusted': leaving(30),
  'pays for most': ({ signer }) => payingForMost(signer),
  'rejects good work': () =>
    unsettled((message) => {
      if (message.type !== 'accept') return message
      const [index] = message.indices as number[]
      const reason = { code: 'BAD', message: 'It does not please.' }
      return index === undefined ? null : { type: 'reject', index, reason }
    }),
  /** Its own sandbox lies to it: what it rejects it rejects with a signed verdict. */
  'rejects with false evidence': () => ({ sandbox: answering(({ honest }) => ({ ...honest, stdout: 'another' })) }),
  'replays vouchers': () =>
    unsettled((message, before) => {
      const [first] = acceptances(before)
      return message.type === 'accept' && first?.voucher ? { ...message, voucher: first.voucher } : message
    }),
  overdraws: ({ signer }) =>
    unsettled((message, before) =>
      // More than anybody has.
      message.type === 'accept' ? { ...message, voucher: voucherFor(signer, message, before, 10n ** 24n) } : message,
    ),
  'drive-by': leaving(0),
  'drive-by, with its next key': leaving(0),
  'biased randomness': () =>
    unsettled((message) => (message.type === 'reveal' ? { ...message, value: `0x${'5e'.repeat(32)}` } : message)),
  'hides seeds': () => saying((message) => (message.type === 'reveal' ? null : message)),
  'hides seeds, and does not pay': () =>
    unsettled((message) => (message.type === 'reveal' ? null : message.type === 'accept' ? LEAVES : message)),
  /** What would fail at home is not tried there. */
  'malicious input': () => ({ sandbox: asking((params) => ({ ...params, args: ['count'] })) }),
} as const satisfies Record<string, Strategy>

/** Of what it accepts it pays two of three, and says nothing of each third. */
function payingForMost(signer: Signer): Disguise {
  const prices = new Map<string, bigint>()
  const accepted = new Set<string>()
  const left = new Set<string>()
  let agreement = 0
  const keyOf = (index: unknown) => `${agreement}/${index}`
  return unsettled((message, before) => {
    if (message.type === 'open') agreement += 1
    if (message.type === 'cancel' && left.size > 0) return LEAVES
    const assigned = message.type === 'assign' ? [message.assignment] : message.assignments
    for (const { index, priceWei } of (assigned ?? []) as { index: number; priceWei: string }[])
      prices.set(keyOf(index), BigInt(priceWei))
    if (message.type !== 'accept') return message
    const indices = message.indices as number[]
    for (const key of indices.map(keyOf)) if (!accepted.has(key) && accepted.add(key).size % 3 === 0) left.add(key)
    const { amountWei } = message.voucher as unknown as { amountWei: string }
    const leftWei = [...left].reduce((sum, key) => sum + (prices.get(key) ?? 0n), 0n)
    const voucher = voucherFor(signer, message, before, BigInt(amountWei) - leftWei)
    return { ...message, indices: indices.filter((index) => !left.has(keyOf(index))), voucher }
  })
}

/** The voucher of a message, for another amount. */
function voucherFor(signer: Signer, { voucher }: Words, before: Words[], amountWei: bigint): Words {
  const { terms } = before.find(({ type }) => type === 'open') as { terms: unknown }
  const { channel } = voucher as unknown as { channel: ChannelKey }
  const domain = domainOf((terms as Terms).settlement)
  return JSON.parse(encodeJson(signVoucher(signer, domain, channel, amountWei)))
}
