import { decideExclusion, NO_RECORD, noteFact, reputationOf } from '@golem/market'
import type { SignedFact } from '@golem/protocol'
import { explainParty } from '@golem/roles'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { judgeReachability } from '../packages/network/src/reach/judge-reachability.ts'
import { SAID_KO } from '../web/src/i18n/said-ko.ts'
import { translator } from '../web/src/i18n/translator.ts'

const korean = translator(SAID_KO)
const NOW_MS = 1_760_000_000_000
const PAY_WEI = 10n ** 18n

const facts = fc.array(
  fc.record({
    kind: fc.constantFrom('accepted', 'rejected', 'late', 'vanished', 'unpaid', 'malicious'),
    count: fc.integer({ min: 1, max: 2_000 }),
    valueWei: fc.bigInt({ min: 0n, max: 5_000n * PAY_WEI }),
    isProven: fc.boolean(),
    atMs: fc.integer({ min: NOW_MS - 100 * 86_400_000, max: NOW_MS }),
  }),
  { maxLength: 8 },
)
const listed = {
  owner: `0x${'1'.repeat(40)}`,
  entry: { evidence: 'bafy', listedAtS: 0, expiresAtS: NOW_MS, appeal: null },
}

it('tells in Korean all that is said of a party, whatever was seen of it', () => {
  fc.assert(
    fc.property(
      facts,
      fc.constantFrom('provider' as const, 'requestor' as const),
      fc.constantFrom('auto' as const, 'warn' as const, 'off' as const),
      fc.record({ isDenied: fc.boolean(), isAllowed: fc.boolean(), isListed: fc.boolean() }),
      (seen, as, mode, { isListed, ...own }) => {
        const record = seen.reduce((sum, fact) => noteFact(sum, fact as Parameters<typeof noteFact>[1]), NO_RECORD)
        const listings = (isListed ? [listed] : []) as unknown as Parameters<typeof decideExclusion>[0]['listings']
        const exclusion = decideExclusion({
          ...{ own: reputationOf([{ record, isOwn: true }], { nowMs: NOW_MS, payWei: Number(PAY_WEI) }), listings },
          ...{ isHired: false, mode, nowMs: NOW_MS, ...own },
        })
        const sentences = explainParty(as, {
          ...{ record, exclusion, payWei: PAY_WEI, nowMs: NOW_MS },
          facts: seen.map((body) => ({ body })) as unknown as SignedFact[],
        })
        const english = sentences
          .map(korean)
          .filter((said) => /[a-z]{4}/.test(said.replaceAll(/0x1+|evidence: bafy/g, '')))
        expect(english).toEqual([])
      },
    ),
  )
})

it('tells in Korean why others cannot dial a node, and what to do', () => {
  const address = '/ip4/203.0.113.7/tcp/4001'
  const tries = [null, 'it did not answer in time'].map((why) => ({ address, reached: false, why }))
  const count = fc.integer({ min: 0, max: 3 })
  const reach = fc.record({
    ...{ listening: fc.constantFrom([], [address]), announced: fc.constantFrom([], [address]) },
    ...{ peers: count, peersOutside: count, relays: count, relaysInSight: count },
    ...{ isSeenAsItself: fc.boolean(), isForwarded: fc.boolean(), seen: fc.constant(['203.0.113.7']) },
    tries: fc.constantFrom([], tries.slice(0, 1), tries, [{ address, reached: true, why: null }]),
  })
  fc.assert(
    fc.property(reach, (facts) => {
      const { why, remedy } = judgeReachability(facts)
      for (const text of remedy === null ? [why] : [why, remedy])
        expect([text, korean(text).replaceAll(/`[^`]*`|\/ip4\S*|--\w+|UPnP|TCP/g, '')]).toEqual([
          text,
          expect.not.stringMatching(/[a-z]{3}/),
        ])
    }),
  )
})
