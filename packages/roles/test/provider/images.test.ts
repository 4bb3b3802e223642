import { memoryStorage } from '@golem/ports/memory'
import { asCid, type Cid } from '@golem/protocol'
import { expect, it, vi } from 'vitest'
import { makeRequestor, makeWorld, subtask } from './world.ts'

const LAYOUT = new TextEncoder().encode('a layout')
const imageCid = async (): Promise<Cid> => {
  const apart = memoryStorage({ peerId: 'apart', hub: new Map(), disk: new Map() })
  return (await apart.addBytes(LAYOUT)).cid
}
const onImage = (image: Cid) => ({ kind: 'oci', root: 'image', image }) as const

it('fetches an image that is not here from whoever hires, before a program starts on it, and keeps it meanwhile', async () => {
  const image = await imageCid()
  const world = await makeWorld({ runtime: onImage(image) })
  expect(world.tool.started).toBe(0)
  const requestor = await makeRequestor(world)
  await requestor.storage.addBytes(LAYOUT)
  const [pin, unpin] = [vi.spyOn(world.storage, 'pin'), vi.spyOn(world.storage, 'unpin')]
  const { stream, inputs } = await requestor.hired()
  await stream.say(subtask(0, inputs))
  const { delivery } = await stream.hear('delivered')
  expect(await world.storage.has(image)).toBe(true)
  const owner = `provider/image/${delivery.agreementId}`
  expect(pin).toHaveBeenCalledWith(image, owner)
  expect(unpin).not.toHaveBeenCalledWith(owner)
  await stream.say({ type: 'finish' })
  await vi.waitFor(() => expect(unpin).toHaveBeenCalledWith(owner))
})

it('fails a subtask whose image nobody has, and goes on to be ready for others', async () => {
  const world = await makeWorld({ runtime: onImage(asCid(`bafkrei${'e'.repeat(52)}`)) })
  const requestor = await makeRequestor(world)
  const { stream, inputs } = await requestor.hired()
  await stream.say(subtask(0, inputs))
  expect((await stream.hear('failed')).reason.code).toBe('CONTENT_UNAVAILABLE')
  expect(world.tool.started).toBe(0)
  expect(world.provider.status().state).toBe('idle')
})

it('has a program ready on an image that is here', async () => {
  const image = await imageCid()
  const world = await makeWorld({ runtime: onImage(image) })
  await world.stop()
  await world.storage.addBytes(LAYOUT)
  await world.start()
  await vi.waitFor(() => expect(world.provider.status().waiting).toBe(1))
})
