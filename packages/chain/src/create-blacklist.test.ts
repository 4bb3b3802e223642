import { blacklistCompliance } from '@golem/ports/compliance'
import { type Address, asBytes32, asCid } from '@golem/protocol'
import { expect, it } from 'vitest'
import { openAccounts } from '../test/open-accounts.ts'
import type { Account } from './account/open-account.ts'
import { createBlacklist } from './create-blacklist.ts'
import { contractsOf } from './deploy/plan-deployment.ts'

blacklistCompliance('an EVM chain', async () => {
  const { dev, accounts, remove } = await openAccounts(3)
  const [first] = accounts as [Account]
  const blacklist = createBlacklist(first, contractsOf(dev.settlement.token).blacklist)
  const of = (who: Address) => accounts.find(({ self }) => self === who) ?? first
  const cid = (text: string) => text as ReturnType<typeof asCid>
  const { calls } = blacklist
  return {
    blacklist,
    people: accounts.map(({ self }) => self),
    now: async () => Number((await first.client.getBlock()).timestamp),
    list: async (owner, { evidence, expiresAtS, ...subject }) =>
      void (await of(owner).send(calls.list(subject, cid(evidence), expiresAtS))),
    delist: async (owner, subject) => void (await of(owner).send(calls.delist(subject))),
    appeal: async (owner, subject, statement) =>
      void (await of(subject.id as Address).send(calls.appeal(owner, subject, cid(statement)))),
    remove,
  }
})

it('reads long lists whole, in one block', { timeout: 120_000 }, async () => {
  const { dev, accounts, remove } = await openAccounts(1)
  const [account] = accounts as [Account]
  const blacklist = createBlacklist(account, contractsOf(dev.settlement.token).blacklist)
  const id = (i: number) => asBytes32(`0x${(i + 1).toString(16).padStart(64, '0')}`)
  const evidence = asCid(`b${'e'.repeat(57)}a`)
  const expiresAtS = Number((await account.client.getBlock()).timestamp) + 1_000
  for (let i = 0; i < 203; i++) {
    await account.send(blacklist.calls.list({ kind: 'application', id: id(i) }, evidence, expiresAtS))
  }
  const entries = await blacklist.entries(account.self, 1_000)
  expect(new Set(entries.map((entry) => entry.id)).size).toBe(203)
  expect(await blacklist.entries(account.self, 201)).toHaveLength(201)
  await remove()
})
