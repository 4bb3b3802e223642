import { DEFAULT_POLICY, type ProviderPolicy } from '@golem/market'
import { memoryBlacklist, memoryRegistry } from '@golem/ports/memory'
import { asAddress, type ListSubject } from '@golem/protocol'
import { expect, it, vi } from 'vitest'
import { createFollowedLists, type FollowedLists } from '../../src/index.ts'
import { makeRequestor, makeWorld, subtask, type World } from './world.ts'

const validator = asAddress(`0x${'7'.repeat(40)}`)

/** A world whose policy a test changes as it goes. */
async function underPolicy(options: Parameters<typeof makeWorld>[0] = {}) {
  const own: { policy: ProviderPolicy } = { policy: DEFAULT_POLICY }
  const world = await makeWorld({ ...options, policy: () => own.policy })
  const grant = (change: Partial<ProviderPolicy>) => Object.assign(own, { policy: { ...DEFAULT_POLICY, ...change } })
  return { world, grant }
}

const reasons = (world: World) =>
  world.logs.filter(({ message }) => message === 'a demand is not answered').map(({ fields }) => JSON.stringify(fields))

it('is silent to a demand for what its policy does not grant, and answers when it does', async () => {
  const { world, grant } = await underPolicy()
  const requestor = await makeRequestor(world)
  grant({ run: 'listed' })
  await requestor.publish(requestor.demandBody())
  await vi.waitFor(() => expect(reasons(world).join()).toContain('not on the allow list'))
  grant({ deny: { apps: [], authors: [], requestors: [requestor.signer.address] } })
  await requestor.publish(requestor.demandBody())
  await vi.waitFor(() => expect(reasons(world).join()).toContain('Its requestor is on the deny list'))
  expect(requestor.offers.size).toBe(0)
  grant({ run: 'listed', allow: { apps: ['tool'], authors: [], requestors: [] } })
  expect((await requestor.offer()).body.provider).toBe(world.signer.address)
})

it('goes by the validators that it believes', async () => {
  const registry = memoryRegistry()
  const { world, grant } = await underPolicy({ registry })
  const requestor = await makeRequestor(world)
  const app = registry.publish(validator, { name: 'tool', version: '1', manifest: world.manifestCid })
  registry.judge(app, validator, 'certified')
  grant({ run: 'certified', validators: [validator] })
  await requestor.publish(requestor.demandBody())
  // Not known yet: it is asked for at its next look.
  await vi.waitFor(() => expect(reasons(world).join()).toContain('No registry has told yet'))
  await vi.waitFor(async () => {
    await world.clock.advance(10_000)
    await requestor.publish(requestor.demandBody())
    expect(requestor.offers.size).toBeGreaterThan(0)
  })
  registry.judge(app, validator, 'denounced')
  await vi.waitFor(async () => {
    await world.clock.advance(60_000)
    await requestor.publish(requestor.demandBody())
    expect(reasons(world).join()).toContain('denounced')
  })
})

it('refuses the next subtask of an open agreement once it is forbidden', async () => {
  const { world, grant } = await underPolicy()
  const { stream, inputs } = await (await makeRequestor(world)).hired()
  await stream.say(subtask(0, inputs))
  await stream.hear('delivered')
  grant({ deny: { apps: ['tool'], authors: [], requestors: [] } })
  await stream.say(subtask(1, inputs))
  expect(await stream.hear('refused')).toMatchObject({ index: 1, reason: { code: 'POLICY_FORBIDS' } })
})

it('gives the next subtask a program within the bounds that hold then, and says which was passed', async () => {
  const { world, grant } = await underPolicy()
  const { stream, inputs } = await (await makeRequestor(world)).hired()
  await stream.say(subtask(0, inputs))
  await stream.hear('delivered')
  grant({ max: { outputBytes: 3 } })
  await stream.say(subtask(1, inputs))
  expect(await stream.hear('failed')).toMatchObject({ index: 1, reason: { code: 'OUTPUT_REFUSED' } })
  grant({ max: { memoryBytes: 500 } })
  await stream.say(subtask(2, inputs))
  await stream.hear('delivered')
  expect(new Set(world.tool.served.map(({ program }) => program)).size).toBe(3)
})

/** A world that follows the lists of `validator`. */
async function followingLists() {
  const own: { policy: ProviderPolicy; lists: FollowedLists | null } = { policy: DEFAULT_POLICY, lists: null }
  const registry = memoryRegistry()
  let nowS = () => 0
  /** How long ago what is listed now was listed. */
  let agedS = 0
  const blacklist = memoryBlacklist({ nowS: () => nowS() - agedS })
  const world = await makeWorld({
    policy: () => own.policy,
    lists: (around) => {
      own.lists = createFollowedLists({ ...around, blacklist, registry }, { policy: () => own.policy })
      return own.lists
    },
  })
  nowS = () => Math.floor(world.clock.now() / 1_000)
  const grant = async (change: Partial<ProviderPolicy>) => {
    own.policy = { ...DEFAULT_POLICY, ...change }
    await own.lists?.refresh()
  }
  const list = async (subject: ListSubject, forS = 3_600, ageS = 24 * 3_600) => {
    agedS = ageS
    blacklist.list(validator, { ...subject, evidence: 'bafyevidence', expiresAtS: nowS() + forS })
    await own.lists?.refresh()
  }
  return { world, grant, list, registry, blacklist, lists: () => own.lists as FollowedLists }
}
const FOLLOWING = { blacklist: { follow: [validator], mode: 'auto' } } as const

it('serves nobody whom a followed list has named for a day, until that has expired, unless it is allowed by name', async () => {
  const { world, grant, list } = await followingLists()
  const requestor = await makeRequestor(world)
  const asked = async (reason: string) => {
    await requestor.publish(requestor.demandBody())
    await vi.waitFor(() => expect(reasons(world).join()).toContain(reason))
  }
  await list({ kind: 'requestor', id: requestor.signer.address }, 60, 24 * 3_600 - 30)
  await grant(FOLLOWING)
  expect((await requestor.offer()).body.provider).toBe(world.signer.address)
  requestor.offers.clear()
  await world.clock.advance(30_000)
  await asked('It is on the list of')
  expect(requestor.offers.size).toBe(0)
  await grant({ ...FOLLOWING, allow: { apps: [], authors: [], requestors: [requestor.signer.address] } })
  expect((await requestor.offer()).body.provider).toBe(world.signer.address)

  await grant(FOLLOWING)
  requestor.offers.clear()
  await world.clock.advance(30_000)
  expect((await requestor.offer()).body.provider).toBe(world.signer.address)
})

it('only tells of it where lists warn, once, and not at all where they are off or not followed', async () => {
  const { world, grant, list } = await followingLists()
  const requestor = await makeRequestor(world)
  await list({ kind: 'requestor', id: requestor.signer.address })
  const warnings = () => world.logs.filter(({ message }) => message.includes('is on the list of'))
  await requestor.offer()
  await grant({ blacklist: { follow: [validator], mode: 'off' } })
  await requestor.offer()
  expect(warnings()).toEqual([])
  await grant({ blacklist: { follow: [validator], mode: 'warn' } })
  await requestor.offer()
  await requestor.offer()
  expect(warnings()).toHaveLength(1)
})

it('runs no application that a followed list names, by whichever id, nor one of a listed author', async () => {
  const { world, grant, list, registry } = await followingLists()
  const requestor = await makeRequestor(world)
  await grant(FOLLOWING)
  await requestor.offer()
  // Published by somebody who only wants it listed.
  const id = registry.publish(validator, { name: 'bad', version: '1', manifest: world.manifestCid })
  await list({ kind: 'application', id })
  await requestor.publish(requestor.demandBody())
  await vi.waitFor(() => expect(reasons(world).join()).toContain('The application is on the list of'))

  const other = await followingLists()
  await other.list({ kind: 'author', id: other.world.manifest.author }, 3_600, 24 * 3_600 - 30)
  await other.grant(FOLLOWING)
  const second = await makeRequestor(other.world)
  // It can answer for a day, like anybody else.
  expect((await second.offer()).body.provider).toBe(other.world.signer.address)
  await other.world.clock.advance(30_000)
  await second.publish(second.demandBody())
  await vi.waitFor(() => expect(reasons(other.world).join()).toContain('The author is on the list of'))
})

it('goes on by what it knew of a list while that cannot be read, and says so', async () => {
  const { world, list, grant, lists, blacklist } = await followingLists()
  const requestor = await makeRequestor(world)
  await list({ kind: 'requestor', id: requestor.signer.address })
  await grant(FOLLOWING)
  expect(lists().lists()).toMatchObject([{ owner: validator, entries: 1, problem: null }])
  blacklist.entries = async () => Promise.reject(new Error('no chain'))
  await lists().refresh()
  expect(lists().lists()).toMatchObject([{ entries: 1, problem: expect.stringContaining('no chain') }])
  expect(lists().listingsOf('requestor', requestor.signer.address)).toMatchObject([{ owner: validator }])
})

it('goes on with a requestor that was listed in the middle, and is paid', async () => {
  const { world, grant, list } = await followingLists()
  await grant(FOLLOWING)
  const requestor = await makeRequestor(world)
  const { stream, inputs, terms } = await requestor.hired()
  await stream.say(subtask(0, inputs))
  await stream.hear('delivered')
  await list({ kind: 'requestor', id: requestor.signer.address })
  await stream.say(subtask(1, inputs))
  expect((await stream.hear('delivered')).delivery.index).toBe(1)
  await stream.say({ type: 'accept', indices: [0, 1], voucher: requestor.voucher(terms, 200n) })
  expect((await stream.hear('voucher-stored')).amountWei).toBe(200n)
})
