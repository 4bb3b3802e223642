import type { LendingReceipts } from '@golem/api'
import type { Store } from '@golem/ports'
import { address, cid, type Settlement, timestampMs, wei } from '@golem/protocol'
import { recordKeys } from '@golem/roles'
import { z } from 'zod'

const count = z.number().int().nonnegative()
/** What people keep books of, out of what the provider wrote down of each agreement. */
const ended = z.object({
  requestor: address,
  app: z.string(),
  earnedWei: wei,
  ...{ accepted: count, rejected: count, openedAtMs: timestampMs, endedAtMs: timestampMs },
})
const open = z.object({
  terms: z.object({ requestor: address, manifest: cid }),
  acceptedWei: wei,
  ...{ accepted: count, rejected: count, openedAtMs: timestampMs },
})

/** What each agreement brought, those that go on, too; newest first. */
export function lendingReceipts(
  { store, settlement }: { store: Store; settlement: Settlement },
  titleOf: (manifest: string) => string,
): LendingReceipts {
  const keys = recordKeys(settlement)
  const ends = store.list(keys.earnings).map(({ key, value }) => {
    const { earnedWei, ...rest } = ended.parse(JSON.parse(value))
    return { agreementId: key.slice(keys.earnings.length), ...rest, earnedWei: earnedWei.toString() }
  })
  const opens = store.list(keys.agreements).map(({ key, value }) => {
    const { terms, acceptedWei, ...rest } = open.parse(JSON.parse(value))
    return {
      agreementId: key.slice(keys.agreements.length),
      requestor: terms.requestor,
      app: titleOf(terms.manifest),
      ...rest,
      endedAtMs: null,
      earnedWei: acceptedWei.toString(),
    }
  })
  return [...opens, ...ends].sort((a, b) => b.openedAtMs - a.openedAtMs)
}
