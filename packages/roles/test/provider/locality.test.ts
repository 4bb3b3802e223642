import { memoryStorage } from '@golem/ports/memory'
import { expect, it, vi } from 'vitest'
import { makeRequestor, makeWorld, subtask } from './world.ts'

it('says whether it holds what a requestor will give it, once in a stream', async () => {
  const world = await makeWorld()
  const requestor = await makeRequestor(world)
  const { terms, stream, inputs } = await requestor.hired()
  await stream.say({ type: 'holding', inputs })
  expect(await stream.hear('held')).toEqual({ type: 'held', inputs, isHeld: false })
  await stream.say(subtask(0, inputs))
  await stream.hear('delivered')

  const again = await requestor.open(terms)
  await again.hear('opened')
  await again.say({ type: 'holding', inputs })
  expect(await again.hear('held')).toEqual({ type: 'held', inputs, isHeld: true })
  // Looking costs something: asked on and on, it would keep the disk busy.
  await again.say({ type: 'holding', inputs })
  await again.ended
})

it('computes first what it holds the inputs of, while it fetches others', async () => {
  const world = await makeWorld()
  const requestor = await makeRequestor(world)
  const { stream, inputs: far } = await requestor.hired()
  const near = await requestor.inputs('held')
  await stream.say(subtask(0, near))
  await stream.hear('delivered')

  const { promise: arrived, resolve: arrive } = Promise.withResolvers<void>()
  const { storage } = world
  const fetch = storage.fetch.bind(storage)
  vi.spyOn(storage, 'fetch').mockImplementation(async (cid, options) => {
    if (cid === far) await arrived
    await fetch(cid, options)
  })
  await stream.say(subtask(1, far))
  await stream.say(subtask(2, near))
  expect((await stream.hear('delivered')).delivery.index).toBe(2)
  arrive()
  expect((await stream.hear('delivered')).delivery.index).toBe(1)
})

it('fetches from others whom the requestor names, too', async () => {
  const world = await makeWorld()
  const requestor = await makeRequestor(world)
  const { stream, inputs } = await requestor.hired()
  const { disk, hub, grid } = world
  const other = grid.join({
    address: requestor.signer.address.replace(/.{4}$/, '0000') as typeof requestor.signer.address,
  })
  await memoryStorage({ peerId: other.self.peerId, hub, disk }).addPath('/requestor/golem')
  // The requestor's own line is cut.
  hub.delete(`memory-${requestor.signer.address}`)
  await stream.say(subtask(0, inputs))
  await stream.hear('failed')
  await stream.say({ type: 'sources', inputs, from: [other.contact()] })
  await stream.say(subtask(1, inputs))
  expect((await stream.hear('delivered')).delivery.index).toBe(1)
})
