import type { Channel, Network } from '@golem/ports'
import { ACTIVITY_PROTOCOL, type RequestorMessage, requestorMessage } from '@golem/protocol'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { createGrid, type Grid, type Node } from '../grid.ts'
import { begin, ended, until } from './jobs.ts'

let grid: Grid
beforeEach(() => {
  grid = createGrid()
})
afterEach(() => grid.stop())

const accepted = (view: { providers: { address: string; accepted: number }[] }, { signer }: Node) =>
  view.providers.find(({ address }) => address === signer.address)?.accepted ?? 0

it('hires who computed on the same inputs before, of those who ask the same price', async () => {
  // Of equals, the first by address would be hired.
  const nodes = Array.from({ length: 4 }, () => grid.newNode())
  const [last, ...others] = nodes.sort((a, b) => (a.signer.address < b.signer.address ? 1 : -1)) as [Node, ...Node[]]
  await grid.provider({ node: last })
  const { requestor, node } = await grid.requestor()
  await ended(requestor, (await begin(requestor, node, 1)).id)

  for (const other of others) await grid.provider({ node: other })
  const view = await ended(requestor, (await begin(requestor, node, 1)).id)
  expect(view.providers.map(({ address }) => address)).toEqual([last.signer.address])
})

it('gives nothing to a provider that would first fetch for days, while one that says that it holds the inputs is busy', async () => {
  const { promise: goOn, resolve: release } = Promise.withResolvers<void>()
  let isHeldUp = false
  const holder = await grid.provider({ gate: () => (isHeldUp ? goOn : Promise.resolve()) })
  const first = await grid.requestor()
  await ended(first.requestor, (await begin(first.requestor, first.node, 4)).id)

  isHeldUp = true
  const node = grid.newNode()
  const { storage } = node
  // As large as a library of films, to whom it concerns.
  const addPath: typeof storage.addPath = async (...of) => ({ ...(await storage.addPath(...of)), sizeBytes: 1e13 })
  const { requestor } = await grid.requestor(node, { storage: { ...storage, addPath } })
  const { id } = await begin(requestor, node, 4)
  await until(requestor, id, (view) => view.subtasks.running > 0)
  const other = await grid.provider()
  const stateOf = (view: Parameters<Parameters<typeof until>[2]>[0]) =>
    view.providers.find(({ address }) => address === other.node.signer.address)?.state
  await until(requestor, id, (view) => stateOf(view) === 'idle' || stateOf(view) === 'working')
  release()
  const view = await ended(requestor, id)
  expect(view.state).toBe('done')
  expect([accepted(view, holder.node), accepted(view, other.node)]).toEqual([4, 0])
})

/** A provider's network, in another version of the agreement's protocol where that is wanted, and what it hears. */
function overheard(spoken = ACTIVITY_PROTOCOL) {
  const heard: RequestorMessage[] = []
  async function* listen({ messages }: Channel) {
    for await (const message of messages) {
      heard.push(requestorMessage.parse(JSON.parse(new TextDecoder().decode(message))))
      yield message
    }
  }
  const over = ({ network }: { network: Network }) => ({
    network: {
      ...network,
      handle: (...[protocol, options, handler]: Parameters<Network['handle']>) =>
        protocol === ACTIVITY_PROTOCOL
          ? network.handle(spoken, options, (channel) => handler({ ...channel, messages: listen(channel) }))
          : network.handle(protocol, options, handler),
    },
  })
  return { heard, over }
}

it.each([
  ['/golem/activity/1.0.0', false],
  ['/golem/activity/1.1.0', false],
  [ACTIVITY_PROTOCOL, true],
])('works with a provider that speaks %s, and asks it what it can answer', async (spoken, isAsked) => {
  const { heard, over } = overheard(spoken)
  await grid.provider({ over })
  const { requestor, node } = await grid.requestor()
  expect(await ended(requestor, (await begin(requestor, node, 3)).id)).toMatchObject({ state: 'done', rejections: [] })
  expect(heard.some(({ type }) => type === 'holding')).toBe(isAsked)
})

it('tells who comes later which providers have the inputs already', async () => {
  const { promise: goOn, resolve: release } = Promise.withResolvers<void>()
  const first = await grid.provider({ gate: (n) => (n === 1 ? Promise.resolve() : goOn) })
  const { requestor, node } = await grid.requestor()
  const { id } = await begin(requestor, node, 6)
  await until(requestor, id, (view) => view.subtasks.accepted > 0)
  const { heard, over } = overheard()
  await grid.provider({ over })
  await expect.poll(() => heard.map(({ type }) => type), { timeout: 20_000 }).toContain('assign')
  release()
  expect((await ended(requestor, id)).state).toBe('done')
  const peerId = `memory-${first.node.signer.address}`
  const expected = expect.objectContaining({ type: 'sources', from: [expect.objectContaining({ peerId })] })
  expect(
    heard.slice(
      0,
      heard.findIndex(({ type }) => type === 'assign'),
    ),
  ).toContainEqual(expected)
})
