import { DEFAULT_POLICY, type ProviderPolicy } from '@golem/market'
import { memoryRegistry } from '@golem/ports/memory'
import { asAddress } from '@golem/protocol'
import { expect, it, vi } from 'vitest'
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
  registry.judge(world.manifestCid, validator, 'certified')
  grant({ run: 'certified', validators: [validator] })
  await requestor.publish(requestor.demandBody())
  // Not known yet: it is asked for at its next look.
  await vi.waitFor(() => expect(reasons(world).join()).toContain('No registry is known'))
  await vi.waitFor(async () => {
    await world.clock.advance(10_000)
    await requestor.publish(requestor.demandBody())
    expect(requestor.offers.size).toBeGreaterThan(0)
  })
  registry.judge(world.manifestCid, validator, 'denounced')
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
