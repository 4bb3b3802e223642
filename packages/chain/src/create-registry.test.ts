import { registryCompliance } from '@golem/ports/compliance'
import { type Address, asAddress, asBytes32, asCid } from '@golem/protocol'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Accounts, openAccounts } from '../test/open-accounts.ts'
import { createRegistry } from './create-registry.ts'
import { contractsOf } from './deploy/plan-deployment.ts'

const REASON = asCid(`b${'r'.repeat(57)}a`)
const MANIFEST = asCid(`b${'m'.repeat(57)}a`)

registryCompliance('an EVM chain', async () => {
  const { dev, accounts, remove } = await openAccounts(3)
  const { registry: address } = contractsOf(dev.settlement.token)
  const of = (who: Address) => {
    const account = accounts.find(({ self }) => self === who)
    if (account === undefined) throw new RangeError(`${who} is nobody`)
    return { account, registry: createRegistry(account, address) }
  }
  const [first] = accounts as [(typeof accounts)[number]]
  return {
    registry: createRegistry(first, address),
    people: accounts.map(({ self }) => self),
    publish: async (author, app) => {
      const { account, registry } = of(author)
      await account.send(registry.calls.publish({ ...app, permissions: 0n, royaltyBps: 0 }))
      return registry.idOf(author, app.name, app.version)
    },
    judge: async (validator, id, verdict) => {
      const { account, registry } = of(validator)
      await account.send(registry.calls.judge(id, verdict, REASON))
    },
    remove,
  }
})

describe('the registry of applications', () => {
  let all: Accounts
  beforeAll(async () => {
    all = await openAccounts(2)
  })
  afterAll(() => all.remove())

  const open = (i: number) => {
    const account = all.accounts[i] as Accounts['accounts'][number]
    return { account, registry: createRegistry(account, contractsOf(all.dev.settlement.token).registry) }
  }

  it('shows what was published, with what is said of it, and never lets it be changed', async () => {
    const [{ account: author, registry }, validator] = [open(0), open(1)]
    const app = { name: 'weather', version: '1.0', manifest: MANIFEST, permissions: 3n, royaltyBps: 150 }
    await author.send(registry.calls.publish(app))
    const id = await registry.idOf(author.self, app.name, app.version)
    expect(await registry.application(id)).toMatchObject({ ...app, id, author: author.self, isDeprecated: false })
    expect([await registry.count(), await registry.ids(0, 10)]).toEqual([1, [id]])
    await expect(author.send(registry.calls.publish({ ...app, manifest: REASON }))).rejects.toMatchObject({
      code: 'CHAIN_REVERTED',
      message: /never changes/,
    })
    await validator.account.send(validator.registry.calls.judge(id, 'denounced', REASON))
    expect(await registry.statements(id, [author.self, validator.account.self])).toMatchObject([
      { validator: validator.account.self, verdict: 'denounced', reason: REASON },
    ])
    await expect(validator.account.send(registry.calls.deprecate(id, REASON))).rejects.toMatchObject({
      message: /Only its author/,
    })
    await author.send(registry.calls.deprecate(id, REASON))
    expect((await registry.application(id))?.isDeprecated).toBe(true)
  })

  it('says so where there is none on the chain', async () => {
    const registry = createRegistry(open(0).account, asAddress(`0x${'1b'.repeat(20)}`))
    await expect(registry.manifestOf(asBytes32(`0x${'1b'.repeat(32)}`))).rejects.toMatchObject({
      code: 'CONTRACT_MISSING',
      message: /no application registry on chain/,
    })
  })
})
