import { randomBytes } from 'node:crypto'
import type { Channel } from '@golem/ports'
import { FUZZ_TIMEOUT_MS, fuzz } from '@golem/ports/compliance'
import { memoryClock, memoryGrid } from '@golem/ports/memory'
import {
  ACTIVITY_PROTOCOL,
  asAddress,
  asBytes32,
  DEMAND_PROTOCOL,
  DIRECTORY_PROTOCOL,
  type DirectoryReply,
  domainOf,
  encodeJson,
  hashText,
  MESSAGE_LIMIT_BYTES,
  newPrivateKey,
  OFFER_PROTOCOL,
  type ProviderMessage,
  type RequestorMessage,
  signDelivery,
  signDeliveryBatch,
  signDemand,
  signerFromKey,
  signMembership,
  signOffer,
  signTerms,
  type Terms,
} from '@golem/protocol'
import { expect, it } from 'vitest'
import { createDirectory } from '../src/directory/create-directory.ts'
import { openAgreementLink } from '../src/requestor/agreement-link.ts'
import { createOfferDesk } from '../src/requestor/offer-desk.ts'
import { makeRequestor, makeWorld, type Requestor, subtask, type World } from './provider/world.ts'

const DAY_MS = 86_400_000
/** Past the penalty of a peer that broke the rules. */
const FORGIVEN_MS = 61_000
const options = { maxMessageBytes: MESSAGE_LIMIT_BYTES }
const silent = { debug() {}, info() {}, warn() {}, error() {} }

const bytesOf = (value: unknown) => new TextEncoder().encode(encodeJson(value as RequestorMessage))
const anybody = () => asAddress(`0x${randomBytes(20).toString('hex')}`)
const turn = () => new Promise<void>((resolve) => setImmediate(resolve))

/** As it stands among many: their inputs are said once. */
const assignmentOf = ({ assignment }: RequestorMessage & { type: 'assign' }) => {
  const { inputs, ...each } = assignment
  return each
}

/** All kinds of messages of a requestor that was hired, and rightly so. */
async function honestMessages(world: World, requestor: Requestor) {
  const { terms, stream, inputs } = await requestor.hired({ deadlineMs: world.clock.now() + 29 * DAY_MS })
  const messages: RequestorMessage[] = [
    { type: 'open', terms, signature: signTerms(requestor.signer, terms) },
    { type: 'fund', funding: await requestor.lock(terms) },
    { type: 'holding', inputs },
    { type: 'calibrate', seed: asBytes32(`0x${'5e'.repeat(32)}`) },
    { type: 'sources', inputs, from: [world.network.contact()] },
    subtask(0, inputs),
    subtask(1, inputs, { method: 'fail' }),
    { type: 'assign-many', inputs, assignments: [2, 3].map((index) => assignmentOf(subtask(index, inputs))) },
    { type: 'cancel', index: 0 },
    { type: 'accept', indices: [0], voucher: requestor.voucher(terms, 100n) },
    { type: 'reject', index: 1, reason: { code: 'WRONG', message: 'No.' } },
    { type: 'finish' },
  ]
  return { terms, stream, samples: messages.map(bytesOf) }
}

/** Reads until it ends, but not for long. */
async function readAway(channel: Channel): Promise<void> {
  const timer = setTimeout(() => channel.abort(), 100)
  try {
    for await (const _ of channel.messages);
  } catch {
    // broken off
  } finally {
    clearTimeout(timer)
  }
}

it(
  'a provider bears what strangers say on an activity stream',
  async () => {
    const world = await makeWorld({ heartbeatMs: DAY_MS })
    const { samples } = await honestMessages(world, await makeRequestor(world))
    await fuzz(
      samples,
      async (message) => {
        const stranger = world.grid.join({ address: anybody() })
        const channel = await stranger.open(world.network.contact(), ACTIVITY_PROTOCOL, options)
        await channel.send(message).catch(() => {})
        await channel.close()
        await readAway(channel)
        await stranger.stop()
        world.logs.length = 0
      },
      { share: 9 / 10 },
    )
    await (await makeRequestor(world)).hired()
  },
  FUZZ_TIMEOUT_MS,
)

it(
  'a provider bears what a requestor says inside an agreement',
  async () => {
    const world = await makeWorld({
      clock: memoryClock(undefined, turn),
      heartbeatMs: 40 * DAY_MS,
      graceMs: 40 * DAY_MS,
    })
    let count = 0
    let requestor = await makeRequestor(world)
    const { samples, ...first } = await honestMessages(world, requestor)
    let { terms, stream } = first
    let isOver = false
    const watch = () => {
      const watched = stream
      isOver = false
      void watched.ended.then(() => {
        if (watched === stream) isOver = true
      })
    }
    watch()
    await fuzz(
      samples,
      async (message) => {
        await stream.sayRaw(message).catch(() => {})
        await turn()
        await turn()
        world.logs.length = 0
        if (!isOver) return
        await world.clock.advance(FORGIVEN_MS)
        const reopened = await requestor.open(terms)
        const isUp = await reopened.hear('opened').catch(() => null)
        if (isUp !== null) stream = reopened
        else {
          // The agreement itself may have ended, by what was said; and whoever leaves work unpaid is served no more.
          requestor = await makeRequestor(world, `requestor ${++count}`)
          const { samples: others, ...next } = await honestMessages(world, requestor)
          samples.splice(0, samples.length, ...others)
          ;({ terms, stream } = next)
        }
        watch()
      },
      { share: 1 / 10 },
    )
    await (await makeRequestor(world, 'another')).hired()
  },
  FUZZ_TIMEOUT_MS,
)

it(
  'a provider bears what is handed to it as demands, and answers honest ones all the same',
  async () => {
    const world = await makeWorld()
    const requestor = await makeRequestor(world)
    const sample = bytesOf(signDemand(requestor.signer, requestor.demandBody()))
    let stranger = world.grid.join({ address: anybody() })
    let count = 0
    await fuzz([sample], async (message) => {
      // nobody may say much in a short time
      if (++count % 10 === 0) {
        await stranger.stop()
        stranger = world.grid.join({ address: anybody() })
      }
      const channel = await stranger.open(world.network.contact(), DEMAND_PROTOCOL, options)
      await channel.send(message).catch(() => {})
      await channel.close()
      await readAway(channel)
      world.logs.length = 0
    })
    expect((await requestor.offer()).body.provider).toBe(world.signer.address)
  },
  FUZZ_TIMEOUT_MS,
)

/** A requestor's side of the network, and a provider by hand. */
function twoPeers() {
  const grid = memoryGrid()
  // Without waiting for timers, of which none is here: that would take most of the time.
  const clock = memoryClock(undefined, turn)
  const [requestor, provider] = [signerFromKey(newPrivateKey()), signerFromKey(newPrivateKey())]
  const network = grid.join({ address: requestor.address })
  const other = grid.join({ address: provider.address })
  const settlement = { chainId: 1, payments: anybody(), token: anybody() }
  const terms: Terms = {
    demandId: hashText('demand'),
    offerId: hashText('offer'),
    requestor: requestor.address,
    provider: provider.address,
    payee: provider.address,
    author: anybody(),
    royaltyBps: 0,
    manifest: `bafkrei${'d'.repeat(52)}` as Terms['manifest'],
    settlement,
    pricePerCoreHourWei: 100n,
    capWei: 10_000n,
    unpaidLimitWei: 300n,
    deadlineMs: clock.now() + DAY_MS,
  }
  return { clock, requestor, provider, network, other, settlement, terms }
}

it(
  'a requestor bears what is sent as offers, and keeps honest ones',
  async () => {
    const { clock, requestor, provider, network, other, settlement, terms } = twoPeers()
    const directory = createDirectory({ network, signer: requestor, clock, logger: silent })
    const desk = createOfferDesk({ signer: requestor, network, directory, clock, logger: silent })
    const id = hashText('a demand')
    const handle = desk.open(
      {
        id,
        requestor: requestor.address,
        manifest: terms.manifest,
        app: 'tool 1',
        settlement,
        maxPricePerCoreHourWei: 100n,
      },
      { onOffer: () => {}, wanted: () => 1 },
    )
    const honest = signOffer(provider, {
      id: hashText('an offer'),
      demandId: id,
      provider: provider.address,
      payee: provider.address,
      contact: other.contact(),
      manifest: terms.manifest,
      pricePerCoreHourWei: 50n,
      cores: 1,
      speed: 1,
      equivalenceClass: hashText('class'),
      unpaidLimitWei: 100n,
      expiresAtMs: clock.now() + 600_000,
    })
    const send = async (message: Uint8Array) => {
      const channel = await other.open(network.contact(), OFFER_PROTOCOL, options)
      await channel.send(message).catch(() => {})
      await channel.close()
      await readAway(channel)
    }
    await fuzz([bytesOf(honest)], async (message) => {
      await send(message)
      for (const { body } of handle.offers()) expect(body).toEqual(honest.body)
    })
    await send(bytesOf(honest))
    expect(handle.offers()).toEqual([honest])
    handle.close()
    desk.stop()
    directory.stop()
  },
  FUZZ_TIMEOUT_MS,
)

it.each<[string, number]>([
  ['at first', 9 / 10],
  ['inside an agreement', 1 / 10],
])(
  'a requestor bears what a provider says %s',
  async (when, share) => {
    const { clock, requestor, provider, network, other, terms } = twoPeers()
    const opened: ProviderMessage = { type: 'opened', signature: signTerms(provider, terms), unsettled: [] }
    const delivery = signDelivery(provider, domainOf(terms.settlement), {
      agreementId: hashText('agreement'),
      index: 0,
      outputs: terms.manifest,
    })
    const usage = { wallMs: 1, cpuMs: 1, peakMemoryBytes: 1, bytesIn: 1, bytesOut: 1 }
    const delivered = [0, 1].map((index) => ({ index, outputs: null, result: index, usage }))
    const batch = signDeliveryBatch(provider, domainOf(terms.settlement), hashText('agreement'), delivered)
    const messages: ProviderMessage[] = [
      opened,
      { type: 'declined', reason: { code: 'BUSY', message: 'No.' } },
      { type: 'funded', root: hashText('root'), provenWei: 10n },
      { type: 'held', inputs: terms.manifest, isHeld: true },
      { type: 'lending', lending: 'frozen' },
      { type: 'refused', index: 0, reason: { code: 'FULL', message: 'No.' } },
      { type: 'refused-many', indices: [0, 1], reason: { code: 'FULL', message: 'No.' } },
      { type: 'progress', index: 0, fraction: 0.5, note: 'samples' },
      { type: 'delivered', delivery, result: { rendered: 'frame 0' }, usage },
      { type: 'delivered-many', batch },
      { type: 'failed', index: 0, reason: { code: 'BROKEN', message: 'No.' } },
      { type: 'voucher-stored', amountWei: 100n },
      { type: 'heartbeat', running: [0] },
    ]
    let next: Uint8Array[] = []
    let isOver = Promise.withResolvers<void>()
    other.handle(ACTIVITY_PROTOCOL, options, async (channel) => {
      for (const message of next) await channel.send(message).catch(() => {})
      await readAway(channel)
      isOver.resolve()
    })
    const before = when === 'at first' ? [] : [bytesOf(opened)]
    const signature = signTerms(requestor, terms)
    const deliver = async (message: Uint8Array) => {
      next = [...before, message]
      isOver = Promise.withResolvers()
      const link = openAgreementLink(
        { network, clock, logger: silent },
        { terms, signature, contact: other.contact() },
        { onState: () => {}, onOpened: () => {}, onMessage: () => {} },
      )
      await turn()
      link.close()
      await clock.advance(2_000)
      await isOver.promise
    }
    await fuzz(messages.map(bytesOf), deliver, { share })
  },
  FUZZ_TIMEOUT_MS,
)

/** One node's directory, and another who says what it likes. */
function directoryWorld() {
  const { clock, requestor, provider, network, other, terms } = twoPeers()
  const membership = signMembership(provider, {
    provider: provider.address,
    manifest: terms.manifest,
    contact: other.contact(),
    depth: 0,
    issuedAtMs: clock.now(),
    expiresAtMs: clock.now() + DAY_MS,
  })
  const begin = () => createDirectory({ network, signer: requestor, clock, logger: silent })
  let said = 0
  /** Nobody may ask much in a short time. */
  const pass = async () => {
    if (++said % 50 === 0) await clock.advance(1_000)
  }
  return { clock, network, other, terms, membership, begin, pass }
}

it(
  'a node bears what it is asked as one that keeps a part of the directory',
  async () => {
    const { network, other, terms, membership, begin, pass } = directoryWorld()
    const directory = begin()
    const contact = other.contact()
    const near = '0123456789abcdef'
    const samples = [
      { type: 'find', contact, near },
      { type: 'announce', contact, level: 0, membership },
      { type: 'members', contact, manifest: terms.manifest, level: 0, near, count: 64 },
    ].map(bytesOf)
    const ask = async (message: Uint8Array): Promise<string[]> => {
      await pass()
      const channel = await other.open(network.contact(), DIRECTORY_PROTOCOL, options)
      await channel.send(message).catch(() => {})
      const answers: string[] = []
      try {
        for await (const answer of channel.messages) answers.push(new TextDecoder().decode(answer))
      } catch {
        // broken off
      }
      await channel.close()
      return answers
    }
    await fuzz(samples, async (message) => {
      for (const answer of await ask(message)) expect(answer.length).toBeLessThanOrEqual(MESSAGE_LIMIT_BYTES)
    })
    const [announced, asked] = [samples[1] as Uint8Array, samples[2] as Uint8Array]
    await ask(announced)
    expect((await ask(asked)).join()).toContain(membership.signature)
    directory.stop()
  },
  FUZZ_TIMEOUT_MS,
)

it(
  'a requestor bears what it is told by those that keep the directory',
  async () => {
    const { clock, network, other, terms, membership, begin, pass } = directoryWorld()
    const honest: DirectoryReply = {
      ...{ contact: other.contact(), nodes: [network.contact()], population: 1, members: [membership] },
    }
    let reply = bytesOf(honest)
    other.handle(DIRECTORY_PROTOCOL, options, (channel) => channel.send(reply))
    let given = 0
    other.handle(DEMAND_PROTOCOL, options, async () => {
      given += 1
    })
    const directory = begin()
    await turn()
    const { signal } = new AbortController()
    let count = 0
    const spread = () =>
      directory.spread({ manifest: terms.manifest, id: hashText(`${count++}`) }).next(new Uint8Array([1]), 16, signal)
    await fuzz([reply], async (message) => {
      reply = Uint8Array.from(message)
      expect(await spread()).toBeLessThanOrEqual(1)
      // who answered nonsense is forgotten, until it connects or asks again
      reply = bytesOf(honest)
      const asking = await other.open(network.contact(), DIRECTORY_PROTOCOL, options)
      await asking.send(bytesOf({ type: 'find', contact: other.contact(), near: '0123456789abcdef' }))
      await asking.close()
      await pass()
    })
    const before = given
    await clock.advance(DAY_MS / 2)
    expect(await spread()).toBe(1)
    await expect.poll(() => given).toBe(before + 1)
    directory.stop()
  },
  FUZZ_TIMEOUT_MS,
)
