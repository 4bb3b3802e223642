import type { Channel } from '@golem/ports'
import {
  ACTIVITY_PROTOCOL,
  agreementId,
  type Bytes32,
  bytes32,
  type Cid,
  DEMAND_PROTOCOL,
  type Demand,
  type DemandBody,
  demand as demandSchema,
  domainOf,
  encodeJson,
  type Json,
  MESSAGE_LIMIT_BYTES,
  OFFER_PROTOCOL,
  type OfferBody,
  type ProviderMessage,
  parseGlm,
  type RequestorMessage,
  requestorMessage,
  type Signer,
  signDelivery,
  signOffer,
  signTerms,
  type Terms,
} from '@golem/protocol'
import { createDirectory } from '../../src/directory/create-directory.ts'
import { type Grid, type Node, silent } from '../grid.ts'
import { squaresApp } from '../squares-app.ts'

type Said<T extends RequestorMessage['type']> = RequestorMessage & { type: T }

/** One agreement, as the provider by hand sees it. */
export type Talk = {
  readonly channel: Channel
  readonly terms: Terms
  readonly id: Bytes32
  say(message: ProviderMessage): Promise<void>
  /** Signs the agreement, and says which indices it holds. */
  open(unsettled?: number[]): Promise<void>
  /** Sends what may be no message at all. */
  sayRaw(text: string): Promise<void>
  /** A signed delivery of these outputs. */
  deliver(index: number, outputs: Cid, result?: Json): Promise<void>
  /** Does a subtask as it should be done, and delivers it. */
  compute(assign: Said<'assign'>): Promise<void>
}

export type Script = {
  /** What it speaks. Default: the newest. */
  protocol?: string
  offer?: Partial<OfferBody>
  /** Answers a demand; several bodies are several offers. Default: one. */
  offers?: (demand: DemandBody, fair: OfferBody) => { body: OfferBody; signer: Signer }[]
  /** Called instead of saying `opened`. */
  onOpen?: (talk: Talk) => Promise<void> | void
  /** Called for every message after `open`. Default: says `funded` and nothing else. */
  onMessage?: (message: RequestorMessage, talk: Talk) => Promise<void> | void
}

export type Hostile = {
  readonly node: Node
  readonly talks: Talk[]
  /** All that was heard in any agreement. */
  readonly heard: RequestorMessage[]
  /** Puts a folder with a result into its storage. */
  outputs(value: string): Promise<Cid>
}

/** A provider by hand: signs and beats its heart as an honest one does, and otherwise follows its script. */
export async function hostileProvider(grid: Grid, script: Script = {}): Promise<Hostile> {
  const node = grid.newNode()
  const { signer, storage, disk } = node
  const network = grid.net.join({ address: signer.address })
  const talks: Talk[] = []
  const heard: RequestorMessage[] = []
  let made = 0

  const outputs = async (value: string): Promise<Cid> => {
    const folder = `/outputs/${made++}`
    disk.set(folder, null)
    disk.set(`${folder}/result`, new TextEncoder().encode(value))
    return (await storage.addPath(folder)).cid
  }
  const talkOver = (channel: Channel, terms: Terms): Talk => {
    const id = agreementId(terms)
    const sayRaw = (text: string) => channel.send(new TextEncoder().encode(text)).catch(() => undefined)
    const talk: Talk = {
      channel,
      terms,
      id,
      sayRaw,
      say: (message) => sayRaw(encodeJson(message)),
      open: (unsettled = []) => talk.say({ type: 'opened', signature: signTerms(signer, terms), unsettled }),
      deliver: (index, cid, result = {}) =>
        talk.say({
          type: 'delivered',
          delivery: signDelivery(signer, domainOf(terms.settlement), { agreementId: id, index, outputs: cid }),
          result,
          usage: { wallMs: 1, cpuMs: 1, peakMemoryBytes: 1, bytesIn: 1, bytesOut: 1 },
        }),
      compute: async ({ assignment }) => {
        const n = Number((assignment.request.params as { n: number }).n)
        await talk.deliver(assignment.index, await outputs(String(n * n)), { n })
      },
    }
    return talk
  }

  const directory = createDirectory({ network, signer, clock: grid.clock, logger: silent })
  directory.join([squaresApp.manifestCid])
  network.handle(DEMAND_PROTOCOL, { maxMessageBytes: MESSAGE_LIMIT_BYTES }, async ({ messages }) => {
    for await (const raw of messages) answer(demandSchema.parse(JSON.parse(new TextDecoder().decode(raw))))
  })
  const answer = ({ body }: Demand) => {
    const fair: OfferBody = {
      id: randomId(),
      demandId: body.id,
      provider: signer.address,
      payee: signer.address,
      contact: network.contact(),
      manifest: body.manifest,
      pricePerCoreHourWei: parseGlm('0.05'),
      cores: 1,
      speed: 1,
      equivalenceClass: randomId(),
      unpaidLimitWei: parseGlm('1'),
      expiresAtMs: grid.clock.now() + 600_000,
      ...script.offer,
    }
    const all = script.offers?.(body, fair) ?? [{ body: fair, signer }]
    for (const each of all) void send(body, signOffer(each.signer, each.body))
  }
  const send = async ({ contact }: DemandBody, offer: unknown) => {
    const channel = await network.open(contact, OFFER_PROTOCOL, { maxMessageBytes: MESSAGE_LIMIT_BYTES })
    await channel.send(new TextEncoder().encode(encodeJson(offer)))
    await channel.close()
  }

  network.handle(script.protocol ?? ACTIVITY_PROTOCOL, { maxMessageBytes: MESSAGE_LIMIT_BYTES }, async (channel) => {
    const beat = setInterval(() => {
      void channel.send(new TextEncoder().encode(encodeJson({ type: 'heartbeat', running: [] }))).catch(() => undefined)
    }, 50)
    try {
      let talk: Talk | null = null
      for await (const raw of channel.messages) {
        const message = requestorMessage.parse(JSON.parse(new TextDecoder().decode(raw)))
        for (const each of oneByOne(message)) heard.push(each)
        if (message.type === 'open') {
          talk = talkOver(channel, message.terms)
          talks.push(talk)
          await (script.onOpen ? script.onOpen(talk) : talk.open())
        } else if (talk) for (const each of oneByOne(message)) await (script.onMessage ?? acknowledge)(each, talk)
      }
    } finally {
      clearInterval(beat)
    }
  })
  return { node, talks, heard, outputs }
}

/** A script is about single subtasks. */
const oneByOne = (message: RequestorMessage): RequestorMessage[] =>
  message.type !== 'assign-many'
    ? [message]
    : message.assignments.map((each) => ({ type: 'assign', assignment: { ...each, inputs: message.inputs } }))

/** Says that the money is there. */
export async function acknowledge(message: RequestorMessage, talk: Talk): Promise<void> {
  if (message.type !== 'fund') return
  await talk.say({ type: 'funded', root: message.funding.root, provenWei: message.funding.leaf.capWei })
}

const randomId = (): Bytes32 =>
  bytes32.parse(
    `0x${Array.from(crypto.getRandomValues(new Uint8Array(32)), (byte) => byte.toString(16).padStart(2, '0')).join('')}`,
  )
