import { mkdir, readdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Channel, Network } from '@golem/ports'
import type { Cid } from '@golem/protocol'
import { decode } from '@ipld/dag-pb'
import { CID } from 'multiformats/cid'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { keystream } from '../../test/keystream.ts'
import { forge, mapBlocks } from '../../test/map-blocks.ts'
import { bytesOf, FETCH, peersForTests, type TestPeer } from '../../test/peers.ts'
import { FETCHES_PER_PEER, SERVED_PER_PEER } from '../limits.ts'
import { CONTENT_PROTOCOL, decodeAnswer, decodeWant, encodeAnswer, encodeWant, MAX_ANSWER_BYTES } from './messages.ts'

const MIB = 1024 * 1024
let world: Awaited<ReturnType<typeof peersForTests>>
let alice: TestPeer
let bob: TestPeer
beforeEach(async () => {
  world = await peersForTests()
  alice = await world.peer()
  bob = await world.peer()
})
afterEach(() => world.remove())

type Send = (answer: Parameters<typeof encodeAnswer>[0]) => Promise<void>

/** A peer that answers requests by a script. */
const scripted = (network: Network, answer: (cids: CID[], send: Send, channel: Channel) => Promise<unknown>) => {
  network.handle(CONTENT_PROTOCOL, { maxMessageBytes: 10_000 }, async (channel) => {
    for await (const message of channel.messages) {
      await answer(decodeWant(message) ?? [], (each) => channel.send(encodeAnswer(each)), channel)
    }
  })
  return network.contact()
}

/** A scripted peer that would be honest with what another has. */
const honest = (peer: TestPeer) => async (cids: CID[], send: Send) => {
  const channel = await world.join().open(peer.contact, CONTENT_PROTOCOL, { maxMessageBytes: MAX_ANSWER_BYTES })
  await channel.send(encodeWant(cids))
  for await (const message of channel.messages) {
    const answer = decodeAnswer(message)
    if (answer !== null) await send(answer)
    if (answer?.type === 'done') break
  }
  await channel.close()
}

describe('only what is missing travels', () => {
  const tree = async (files: Record<string, Uint8Array>) => {
    const folder = join(world.folder, 'tree')
    await rm(folder, { recursive: true, force: true })
    await mkdir(folder)
    for (const [name, bytes] of Object.entries(files)) await writeFile(join(folder, name), bytes)
    return folder
  }

  it('of a scene in which one block has changed', async () => {
    const scene = keystream('scene', 6 * MIB)
    const first = await alice.storage.addPath(await tree({ 'scene.blend': scene, 'wood.png': keystream('wood', MIB) }))
    await bob.storage.fetch(first.cid, { from: [alice.contact], ...FETCH })
    expect(new Set(bob.received).size).toBe(bob.received.length)
    expect(bob.received).toHaveLength(9)

    scene[3 * MIB] = (scene[3 * MIB] ?? 0) ^ 1
    const second = await alice.storage.addPath(await tree({ 'scene.blend': scene, 'wood.png': keystream('wood', MIB) }))
    bob.received.length = 0
    await bob.storage.fetch(second.cid, { from: [alice.contact], ...FETCH })
    // The folder, the file's node, and one of its six parts.
    expect(bob.received).toHaveLength(3)
    expect(await bob.storage.has(second.cid)).toBe(true)
  })

  it('of a tree that came in part before the link was cut, from the same peer', async () => {
    const { cid } = await alice.storage.addBytes(keystream('long', 20 * MIB))
    let cuts = 0
    const cutting = scripted(world.join(), async (cids, send, channel) => {
      let blocks = 0
      await honest(alice)(cids, async (answer) => {
        if (cuts < 3 && ++blocks > 2) {
          cuts++
          channel.abort()
        }
        await send(answer)
      }).catch(() => {})
    })
    await bob.storage.fetch(cid, { from: [cutting], ...FETCH })
    expect(cuts).toBe(3)
    expect(new Set(bob.received).size).toBe(21)
    expect(bob.received.length).toBe(21)
    expect(bob.liars).toEqual([])
  })

  it('of a tree of which several have a part each', async () => {
    const bytes = keystream('parts', 10 * MIB)
    const { cid } = await alice.storage.addBytes(bytes)
    const half = (isMine: (index: number) => boolean) => {
      const known = new Map<string, boolean>()
      return scripted(world.join(), (cids, send) =>
        honest(alice)(cids, async (answer) => {
          if (answer.type !== 'block') return send(answer)
          const key = answer.cid.toString()
          if (!known.has(key)) known.set(key, isMine(known.size))
          await send(known.get(key) ? answer : { type: 'missing', cid: answer.cid })
        }),
      )
    }
    const some = half((index) => index < 6)
    await expect(bob.storage.fetch(cid, { from: [some], ...FETCH })).rejects.toMatchObject({
      code: 'CONTENT_UNAVAILABLE',
      message: expect.stringContaining('does not have'),
    })
    const before = bob.received.length
    await bob.storage.fetch(cid, { from: [some, alice.contact], ...FETCH })
    expect(bob.received.length - before).toBeLessThan(8)
    expect(Buffer.compare(await bytesOf(bob.storage, cid), bytes)).toBe(0)
  })

  it('of a tree that several have, from all of them at once', async () => {
    const bytes = keystream('shared out', 40 * MIB)
    const { cid } = await alice.storage.addBytes(bytes)
    const brought = [0, 0, 0]
    let asked = 0
    let allAsked = () => {}
    const meeting = new Promise<void>((resolve) => (allAsked = resolve))
    const from = brought.map((_, i) =>
      scripted(world.join(), async (cids, send) => {
        // Nobody answers before all were asked: one after the other, this would never end.
        if (cids[0]?.code === 0x55 && brought[i] === 0 && ++asked === brought.length) allAsked()
        if (cids[0]?.code === 0x55) await meeting
        await honest(alice)(cids, async (answer) => {
          if (answer.type === 'block') brought[i] = (brought[i] ?? 0) + 1
          await send(answer)
        })
      }),
    )
    await bob.storage.fetch(cid, { from, ...FETCH })
    expect(bob.received).toHaveLength(41)
    expect(new Set(bob.received).size).toBe(41)
    for (const count of brought) expect(count).toBeGreaterThan(3)
    expect(Buffer.compare(await bytesOf(bob.storage, cid), bytes)).toBe(0)
  })

  it('once, however many ask for it at the same time', async () => {
    const { cid } = await alice.storage.addBytes(keystream('shared', 5 * MIB))
    await Promise.all(Array.from({ length: 5 }, () => bob.storage.fetch(cid, { from: [alice.contact], ...FETCH })))
    expect(bob.received).toHaveLength(6)
  })
})

it('takes a small tree in one request', async () => {
  const folder = join(world.folder, 'small')
  await mkdir(join(folder, 'a', 'b'), { recursive: true })
  await writeFile(join(folder, 'a', 'b', 'file'), keystream('x', 100_000))
  await writeFile(join(folder, 'a', 'other'), keystream('y', 100_000))
  const { cid } = await alice.storage.addPath(folder)
  let requests = 0
  const counting = scripted(world.join(), (cids, send) => {
    requests++
    return honest(alice)(cids, send)
  })
  await bob.storage.fetch(cid, { from: [counting], ...FETCH })
  expect(requests).toBe(1)
  expect(await bob.storage.has(cid)).toBe(true)
})

it('takes a folder so large that its nodes come in many requests', async () => {
  const folder = join(world.folder, 'wide')
  for (let i = 0; i < 30; i++) {
    await mkdir(join(folder, `folder ${i}`), { recursive: true })
    for (let j = 0; j < 10; j++) await writeFile(join(folder, `folder ${i}`, `${j}`.repeat(200)), `${i} ${j}`)
  }
  const { cid } = await alice.storage.addPath(folder)
  // This peer sends nothing unasked, as the protocol allows.
  const terse = scripted(world.join(), async (cids, send) => {
    const wanted = new Set(cids.map(String))
    await honest(alice)(cids, async (answer) => {
      if (answer.type !== 'block' || wanted.delete(answer.cid.toString())) await send(answer)
    })
  })
  await bob.storage.fetch(cid, { from: [terse], ...FETCH })
  expect(await bob.storage.has(cid)).toBe(true)
})

describe('a source that', () => {
  const bytes = keystream('content', 3 * MIB)
  let cid: Cid

  beforeEach(async () => {
    cid = (await alice.storage.addBytes(bytes)).cid
  })

  const expectTakenFromAliceAfter = async (liar: ReturnType<typeof scripted>, isBlamed: boolean) => {
    await expect(bob.storage.fetch(cid, { from: [liar], ...FETCH })).rejects.toMatchObject({
      code: 'CONTENT_UNAVAILABLE',
    })
    await expect(bytesOf(bob.storage, cid)).rejects.toMatchObject({ code: 'CONTENT_UNAVAILABLE' })
    bob.liars.length = 0
    await bob.storage.fetch(cid, { from: [liar, alice.contact], ...FETCH })
    expect(Buffer.compare(await bytesOf(bob.storage, cid), bytes)).toBe(0)
    expect(bob.liars).toEqual(isBlamed ? [`${liar.peerId} SOURCE_WRONG`] : [])
  }

  const changing = (change: (bytes: Uint8Array) => Uint8Array, which: 'leaf' | 'node') =>
    scripted(world.join(), (cids, send) =>
      honest(alice)(cids, (answer) => {
        const isIt = answer.type === 'block' && (answer.cid.code === 0x55) === (which === 'leaf')
        return send(isIt ? { ...answer, bytes: change(answer.bytes) } : answer)
      }),
    )

  it.each(['leaf', 'node'] as const)('changes one byte of a %s is blamed, and asked no more', (which) =>
    expectTakenFromAliceAfter(
      changing((block) => block.with(7, (block[7] ?? 0) ^ 1), which),
      true,
    ),
  )

  it('cuts a block short is blamed', () =>
    expectTakenFromAliceAfter(
      changing((block) => block.subarray(0, -1), 'leaf'),
      true,
    ))

  it('sends what nobody asked for is blamed', async () => {
    const foreign = Buffer.from('foreign')
    const cidOfForeign = await forge(mapBlocks()).leaf(foreign)
    const liar = scripted(world.join(), async (cids, send) => {
      await send({ type: 'block', cid: cidOfForeign, bytes: foreign })
      await honest(alice)(cids, send)
    })
    await expectTakenFromAliceAfter(liar, true)
    expect(await bob.storage.has(cidOfForeign.toString() as Cid)).toBe(false)
  })

  it('says it is done when it is not is blamed', () =>
    expectTakenFromAliceAfter(
      scripted(world.join(), (_, send) => send({ type: 'done' })),
      true,
    ))

  it('sends the same again and again is blamed', async () => {
    let root: { cid: CID; bytes: Uint8Array } | undefined
    const liar = scripted(world.join(), async (cids, send) => {
      await honest(alice)(cids, async (answer) => {
        if (answer.type === 'block') root ??= answer
      })
      while (root !== undefined) await send({ type: 'block', ...root })
    })
    await expectTakenFromAliceAfter(liar, true)
  })

  it('talks nonsense is blamed', () =>
    expectTakenFromAliceAfter(
      scripted(world.join(), (_, __, channel) => channel.send(Buffer.from('GET / HTTP/1.1'))),
      true,
    ))

  it('hangs up is passed over', () =>
    expectTakenFromAliceAfter(
      scripted(world.join(), async (_, __, channel) => channel.abort()),
      false,
    ))

  it('hangs up politely is passed over', () =>
    expectTakenFromAliceAfter(
      scripted(world.join(), async (_, __, channel) => channel.close()),
      false,
    ))

  it('is busy is asked again after a while', async () => {
    let refusals = 3
    const busy = scripted(world.join(), (cids, send) =>
      refusals-- > 0 ? send({ type: 'busy' }) : honest(alice)(cids, send),
    )
    await bob.storage.fetch(cid, { from: [busy], ...FETCH })
    expect(await bob.storage.has(cid)).toBe(true)
  })

  it('is busy for long is passed over', () =>
    expectTakenFromAliceAfter(
      scripted(world.join(), (_, send) => send({ type: 'busy' })),
      false,
    ))

  it('falls silent in the middle is cut off for one who has nothing to do, long before it counts as stalled', async () => {
    bob = await world.peer({ stallTimeoutMs: 600_000 })
    let isAsked = () => {}
    const asked = new Promise<void>((resolve) => (isAsked = resolve))
    const silent = scripted(world.join(), async (cids, send) => {
      if (cids[0]?.code !== 0x55) return honest(alice)(cids, send)
      isAsked()
    })
    const late = scripted(world.join(), async (cids, send) => {
      await asked
      await honest(alice)(cids, send)
    })
    await bob.storage.fetch(cid, { from: [silent, late], ...FETCH })
    expect(Buffer.compare(await bytesOf(bob.storage, cid), bytes)).toBe(0)
    expect(bob.received).toHaveLength(4)
    expect(bob.liars).toEqual([])
  })

  it('falls silent is given up', async () => {
    bob = await world.peer({ stallTimeoutMs: 2_000 })
    await expectTakenFromAliceAfter(
      scripted(world.join(), async () => {}),
      false,
    )
  })
})

describe('a tree that must not come', () => {
  const served = async (build: (make: ReturnType<typeof forge>) => Promise<CID>) => {
    const blocks = mapBlocks()
    const root = await build(forge(blocks))
    let sentBytes = 0
    const contact = scripted(world.join(), async (cids, send) => {
      for (const cid of cids) {
        const bytes = await blocks.get(cid)
        sentBytes += bytes?.length ?? 0
        await send(bytes === null ? { type: 'missing', cid } : { type: 'block', cid, bytes })
      }
      await send({ type: 'done' })
    })
    return { cid: root.toString() as Cid, from: [contact], sentBytes: () => sentBytes }
  }

  it('is refused with its names, and blamed on nobody: its bytes are what the CID says', async () => {
    const { cid, from } = await served(async (make) => make.folder([['../../evil', await make.leaf('x')]]))
    await expect(bob.storage.fetch(cid, { from, ...FETCH })).rejects.toMatchObject({ code: 'CONTENT_REFUSED' })
    await expect(bob.storage.materialise(cid, join(world.folder, 'out', 'in'))).rejects.toMatchObject({
      code: 'CONTENT_UNAVAILABLE',
    })
    expect((await readdir(world.folder)).filter((name) => name.includes('evil') || name === 'out')).toEqual([])
    expect(bob.liars).toEqual([])
  })

  it('is refused by its declared size before its bytes come', async () => {
    const { cid } = await alice.storage.addBytes(keystream('large', 10 * MIB))
    const limited = { from: [alice.contact], maxBytes: 10 * MIB - 1 }
    await expect(bob.storage.fetch(cid, limited)).rejects.toMatchObject({ code: 'CONTENT_TOO_LARGE' })
    expect(bob.received).toHaveLength(1)
  })

  it('is refused where it declares less than it brings', async () => {
    const lying = await served(async (make) => {
      const leaves = await Promise.all(Array.from({ length: 8 }, (_, i) => make.leaf(keystream(`${i}`, MIB))))
      return make.file(leaves.map((leaf) => [leaf, 10] as const))
    })
    const limited = { from: lying.from, maxBytes: 3 * MIB }
    await expect(bob.storage.fetch(lying.cid, limited)).rejects.toMatchObject({ code: 'CONTENT_TOO_LARGE' })
    await expect(bob.storage.fetch(lying.cid, { from: lying.from, ...FETCH })).rejects.toMatchObject({
      code: 'CONTENT_REFUSED',
    })
  })

  it('is refused where a few blocks would fill the disk', async () => {
    const bomb = await served(async (make) => {
      let file = await make.leaf(new Uint8Array(MIB))
      for (let size = MIB, level = 0; level < 3; level++, size *= 1000) {
        file = await make.file(Array.from({ length: 1000 }, () => [file, size] as const))
      }
      return file
    })
    await expect(bob.storage.fetch(bomb.cid, { from: bomb.from, ...FETCH })).rejects.toMatchObject({
      code: 'CONTENT_TOO_LARGE',
    })
    expect(bomb.sentBytes()).toBeLessThan(200_000)
  })
})

describe('the serving side', () => {
  it('says no to one peer who asks for too much at once, while others are served', async () => {
    const { cid } = await alice.storage.addBytes(keystream('busy', 3 * MIB))
    const opened = (network: Network) =>
      network.open(alice.contact, CONTENT_PROTOCOL, { maxMessageBytes: MAX_ANSWER_BYTES })
    const root = CID.parse(cid)
    const leaves = leavesOf(await firstAnswer(await opened(world.join()), encodeWant([root])))
    expect(leaves).toHaveLength(3)
    const greedy = world.join()
    const channels = await Promise.all(Array.from({ length: 12 }, () => opened(greedy)))
    // Nobody reads, so that the answers fill the pipes and stay unfinished.
    for (const channel of channels) await channel.send(encodeWant([...leaves, ...leaves, ...leaves]))
    const answers = await Promise.all(channels.map((channel) => firstAnswer(channel)))
    expect(answers.map((answer) => answer?.type ?? 'nothing').sort()).toEqual([
      ...Array.from({ length: SERVED_PER_PEER }, () => 'block'),
      ...Array.from({ length: 12 - SERVED_PER_PEER }, () => 'busy'),
    ])
    await bob.storage.fetch(cid, { from: [alice.contact], ...FETCH })
    for (const channel of channels) channel.abort()
  })

  it('hangs up on nonsense and on the silent', async () => {
    const patient = await world.peer({ stallTimeoutMs: 100 })
    for (const message of [Buffer.from('nonsense'), null]) {
      const channel = await world.join().open(patient.contact, CONTENT_PROTOCOL, { maxMessageBytes: MAX_ANSWER_BYTES })
      if (message !== null) await channel.send(message)
      const ended = channel.messages[Symbol.asyncIterator]().next()
      await expect(ended).rejects.toMatchObject({ code: 'CHANNEL_CLOSED' })
    }
  })
})

it('fetches many small trees at once over few channels', async () => {
  let open = 0
  let most = 0
  const network = world.join()
  network.handle(CONTENT_PROTOCOL, { maxMessageBytes: 10_000 }, async (channel) => {
    most = Math.max(most, ++open)
    for await (const message of channel.messages) {
      await honest(alice)(decodeWant(message) ?? [], (each) => channel.send(encodeAnswer(each)))
    }
    open--
  })
  const cids = await Promise.all(
    Array.from({ length: 30 }, async (_, i) => (await alice.storage.addBytes(keystream(`${i}`, 1000))).cid),
  )
  await Promise.all(cids.map((cid) => bob.storage.fetch(cid, { from: [network.contact()], ...FETCH })))
  for (const cid of cids) expect(await bob.storage.has(cid)).toBe(true)
  expect(most).toBeLessThanOrEqual(FETCHES_PER_PEER)
})

it('goes on over a new channel where the peer closed the old one meanwhile', async () => {
  const channels: Channel[] = []
  const network = world.join()
  network.handle(CONTENT_PROTOCOL, { maxMessageBytes: 10_000 }, async (channel) => {
    channels.push(channel)
    for await (const message of channel.messages) {
      await honest(alice)(decodeWant(message) ?? [], (each) => channel.send(encodeAnswer(each)))
    }
  })
  for (let i = 0; i < 4; i++) {
    const { cid } = await alice.storage.addBytes(keystream(`${i}`, 1000))
    await bob.storage.fetch(cid, { from: [network.contact()], ...FETCH })
    if (i === 1) channels[0]?.abort()
    if (i === 2) await channels[1]?.close()
  }
  expect(channels).toHaveLength(3)
  expect(bob.liars).toEqual([])
})

it('stops in the middle: what waits is told so, and nothing hangs', async () => {
  const { cid } = await alice.storage.addBytes(keystream('long', 3 * MIB))
  const silent = scripted(world.join(), async () => {})
  const control = new AbortController()
  const aborted = bob.storage.fetch(cid, { from: [silent], ...FETCH, signal: control.signal })
  const second = bob.storage.fetch(cid, { from: [silent], ...FETCH })
  const settled = Promise.allSettled([aborted, second])
  control.abort(new Error('enough'))
  await expect(aborted).rejects.toThrow('enough')
  await bob.storage.stop()
  await bob.storage.stop()
  const [, stopped] = await settled
  expect(stopped).toMatchObject({ status: 'rejected', reason: { message: expect.stringContaining('stopping') } })
  await expect(bob.storage.has(cid)).rejects.toThrow('stopping')
})

/** The reader stays where it is, so that nothing more is taken. */
async function firstAnswer(channel: Channel, want?: Uint8Array): Promise<ReturnType<typeof decodeAnswer>> {
  if (want !== undefined) await channel.send(want)
  const { value } = await channel.messages[Symbol.asyncIterator]().next()
  return decodeAnswer(value)
}

const leavesOf = (answer: ReturnType<typeof decodeAnswer>): CID[] =>
  answer?.type === 'block' ? decode(answer.bytes).Links.map((link) => link.Hash) : []
