import { DEFAULT_POLICY, type ProviderPolicy } from '@golem/market'
import type { Chain, Channel, Clock, Network, Registry, Scanner, Storage } from '@golem/ports'
import {
  type MemoryClock,
  type MemoryDisk,
  type MemoryProgram,
  type MemoryProgramIo,
  type MemoryStorage,
  memoryClock,
  memoryFolders,
  memoryGrid,
  memoryLedger,
  memorySandbox,
  memoryStorage,
  memoryStore,
} from '@golem/ports/memory'
import {
  ACTIVITY_PROTOCOL,
  type Assignment,
  agreementId,
  asCid,
  type Bytes32,
  buildFundingTree,
  type ChannelKey,
  type Cid,
  channelId,
  DEMAND_PROTOCOL,
  type DemandBody,
  type Draws,
  domainOf,
  encodeJson,
  type Funding,
  hashText,
  type Json,
  keyOpenerFromKey,
  type Manifest,
  MESSAGE_LIMIT_BYTES,
  newPrivateKey,
  OFFER_PROTOCOL,
  type Offer,
  offerMessage,
  type ProviderMessage,
  priceOf,
  providerMessage,
  type RequestorMessage,
  type Signature,
  signDemand,
  signDraws,
  signerFromKey,
  signTerms,
  signVoucher,
  type Terms,
  type Voucher,
  type Wei,
} from '@golem/protocol'
import { onTestFinished } from 'vitest'
import {
  createBackings,
  createDirectory,
  createFactBook,
  createGrants,
  createJudgement,
  createProvider,
  type Directory,
  type FactBook,
  type FollowedLists,
  type Logger,
  type Provider,
  type ProviderOptions,
} from '../../src/index.ts'

export const HOUR_UNITS = 3_600_000_000
/** Price of one core-hour, so that one subtask of HOUR_UNITS costs 100. */
export const PRICE = 100n
const DAY_MS = 86_400_000

type Said<T extends ProviderMessage['type']> = ProviderMessage & { type: T }

/** One end of an activity stream, by hand. */
export type Stream = {
  channel: Channel
  say(message: RequestorMessage): Promise<void>
  /** Sends bytes that may be no message at all. */
  sayRaw(bytes: Uint8Array): Promise<void>
  /** The next message of a kind, whatever else comes; one that came before counts. */
  hear<T extends ProviderMessage['type']>(type: T): Promise<Said<T>>
  /** All that was heard so far and not taken by `hear`. */
  heard(): ProviderMessage[]
  /** Resolves when the provider closed the stream or broke it off. */
  ended: Promise<void>
}

export type Requestor = Awaited<ReturnType<typeof makeRequestor>>
export type World = Awaited<ReturnType<typeof makeWorld>>

type WorldOptions = Partial<ProviderOptions> & {
  royaltyBps?: number
  runtime?: Manifest['runtime']
  limits?: Partial<Manifest['limits']>
  policy?: () => ProviderPolicy
  registry?: Registry
  lists?: (around: { clock: Clock; logger: Logger }) => FollowedLists
  clock?: MemoryClock
  /** Whether requestors are trusted by what they have at stake only. */
  isWary?: boolean
  /** Default: none. */
  scanner?: (disk: MemoryDisk) => Scanner
  /** The tool's method that paints what was computed. Default: none does. */
  glimpse?: string
  /** Its method that sketches what is about to be computed. Default: none does. */
  sketch?: string | undefined
}

/** A provider and what surrounds it, in memory; time moves only by `clock.advance`. */
export async function makeWorld({
  royaltyBps = 0,
  runtime = { kind: 'oci', root: 'host-tools', tools: {} },
  limits,
  policy,
  registry,
  lists,
  clock = memoryClock(),
  isWary = false,
  scanner,
  glimpse,
  sketch,
  ...options
}: WorldOptions = {}) {
  const grid = memoryGrid()
  const disk: MemoryDisk = new Map()
  const hub = new Map<string, MemoryStorage>()
  const ledger = memoryLedger({ clock })
  const key = newPrivateKey()
  const signer = signerFromKey(key)
  const store = memoryStore()
  const storage = memoryStorage({ peerId: `memory-${signer.address}`, hub, disk })
  ledger.fund(signer.address, { glmWei: 0n, gasWei: 10n ** 18n })
  const tool = makeTool(disk)
  const logs: { level: string; fields: object; message: string }[] = []

  const manifest: Manifest = {
    format: 'golem-manifest/2',
    name: 'tool',
    version: '1',
    author: signerFromKey(newPrivateKey()).address,
    royaltyBps,
    runtime,
    command: ['tool'],
    code: asCid(`bafkrei${'c'.repeat(52)}`),
    env: {},
    mode: 'serve',
    network: 'none',
    gpu: false,
    calibrate: null,
    limits: {
      ...{
        memoryBytes: 1_000,
        pids: 1,
        cores: 1,
        wallMs: 30_000,
        diskBytes: 4_000,
        outputBytes: 1_000,
        outputFiles: 3,
        fileBytes: 1_000,
        logBytes: 10_000,
      },
      ...limits,
    },
  }
  const manifestCid = asCid(`bafkrei${'d'.repeat(52)}`)

  const world = {
    clock,
    grid,
    disk,
    hub,
    ledger,
    signer,
    store,
    storage,
    tool,
    logs,
    manifest,
    manifestCid,
    /** What the provider talks to the chain by; replaced by tests that break it. */
    chain: ledger.open(signer.address) as Chain,
    network: undefined as unknown as Network,
    directory: undefined as unknown as Directory,
    provider: undefined as unknown as Provider,
    /** What it has seen of requestors. */
    book: undefined as unknown as FactBook,
    /** A provider over the same store and disk, as after a restart. */
    start: async (change: Partial<ProviderOptions> = {}, over: { chain?: Chain } = {}): Promise<Provider> => {
      const book = createFactBook({ store, signer, settlement: ledger.settlement, clock })
      world.book = book
      const judged = () => {
        const followed = lists?.({ clock, logger: logInto(logs) })
        const parts = { book, lists: followed ?? FOLLOWING_NONE, clock, logger: logInto(logs) }
        const judgement = createJudgement(parts, { policy: policy ?? (() => DEFAULT_POLICY) })
        return { ...(followed === undefined ? {} : { lists: followed }), judgement }
      }
      world.network = grid.join({ address: signer.address })
      world.directory = createDirectory({ network: world.network, signer, clock, logger: logInto(logs) })
      world.provider = createProvider(
        {
          signer,
          opener: keyOpenerFromKey(key),
          network: world.network,
          directory: world.directory,
          storage,
          sandbox: memorySandbox({ tool: tool.program }, { disk }),
          store,
          book,
          ...(isWary ? { backings: createBackings({ book, clock, stakes: null }) } : {}),
          chain: over.chain ?? world.chain,
          clock,
          folders: memoryFolders(disk, { base: '/provider' }),
          logger: logInto(logs),
          scanner: scanner?.(disk),
          randomBytes: (length) => crypto.getRandomValues(new Uint8Array(length)),
          grants: createGrants(
            {
              ...{ registry: registry ?? null, clock, logger: logInto(logs) },
              ...judged(),
            },
            policy ? { policy } : {},
          ),
          apps: [
            {
              ...{ manifest, manifestCid, title: 'tool 1', codePath: '/code', equivalenceClass: hashText('class') },
              glimpse: glimpse === undefined ? null : { method: glimpse, params: { name: 'glimpse' }, sketch },
            },
          ],
        },
        { cores: 1, pricePerCoreHourWei: PRICE, speed: 1, unpaidLimitWei: 300n, ...options, ...change },
      )
      await world.provider.start()
      return world.provider
    },
    stop: async (): Promise<void> => {
      await world.provider.stop()
      world.directory.stop()
      await world.network.stop()
    },
  }
  disk.set('/code', null)
  onTestFinished(() => world.stop())
  await world.start()
  return world
}

const FOLLOWING_NONE = { listingsOf: () => [] }

const logInto = (logs: { level: string; fields: object; message: string }[]): Logger => {
  const at = (level: string) => (fields: object, message: string) => void logs.push({ level, fields, message })
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') }
}

export const PNG_SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]

/** The program that the provider runs: does what the method says, and counts. */
function makeTool(disk: MemoryDisk) {
  const gates = new Map<string, PromiseWithResolvers<void>>()
  const gate = (name: string): PromiseWithResolvers<void> => {
    const found = gates.get(name) ?? Promise.withResolvers<void>()
    gates.set(name, found)
    return found
  }
  const tool = {
    started: 0,
    alive: 0,
    /** Programs that were killed and are not gone yet, because they serve `cling`. */
    clinging: 0,
    /** Methods served, in order, with the program that served them. */
    served: [] as { program: number; method: string; inputs: string; name: string }[],
    /** Lets `wait` go on, and `cling` end. */
    open: (name: string): void => gate(name).resolve(),
    program: (async (io) => {
      const self = tool.started++
      tool.alive += 1
      try {
        await serve(io, self)
      } finally {
        tool.alive -= 1
      }
    }) as MemoryProgram,
  }
  const serve = async (io: MemoryProgramIo, self: number): Promise<void> => {
    io.answer(JSON.stringify({ ready: { tool: 1 } }))
    for await (const line of io.requests) {
      const { id, method, params } = JSON.parse(line) as {
        id: number
        method: string
        params: { outDir: string; name?: string; progress?: number[] }
      }
      const name = params.name ?? ''
      const input = disk.get(`${io.hostPath('/in')}/scene`)
      const inputs = input ? new TextDecoder().decode(input) : ''
      tool.served.push({ program: self, method, inputs, name })
      const fail = (code: string) => io.answer(JSON.stringify({ id, error: { code, message: `It is ${code}.` } }))
      if (method === 'crash') throw new Error('the tool crashed')
      if (method === 'hog') return io.strike({ name: 'memoryBytes', allowed: 1_000, used: 1_234 })
      if (method === 'silent') continue
      if (method === 'fail') {
        fail('SCENE_BROKEN')
        continue
      }
      for (const fraction of params.progress ?? []) {
        io.answer(JSON.stringify({ id, progress: { fraction, note: 'samples' } }))
      }
      const killed = new Promise<void>((resolve) => {
        if (io.signal.aborted) resolve()
        io.signal.addEventListener('abort', () => resolve())
      })
      if (method === 'wait' || method === 'sketch-wait') await Promise.race([gate(name).promise, killed])
      if (method === 'cling') {
        await killed
        tool.clinging += 1
        await gate(name).promise
        tool.clinging -= 1
      }
      if (method === 'paint') {
        const folder = io.hostPath(params.outDir)
        disk.set(folder, null)
        disk.set(`${folder}/small.png`, Uint8Array.from([...PNG_SIGNATURE, ...new TextEncoder().encode(inputs)]))
        io.answer(JSON.stringify({ id, result: { file: `${params.outDir}/small.png` } }))
        continue
      }
      if (method === 'sketch' || method === 'sketch-slowly' || method === 'sketch-wait') {
        const folder = io.hostPath(params.outDir)
        disk.set(folder, null)
        disk.set(`${folder}/first.png`, Uint8Array.from([...PNG_SIGNATURE, ...new TextEncoder().encode('sketch')]))
        const seconds = method === 'sketch-slowly' ? 1_000 : 0
        io.answer(JSON.stringify({ id, result: { file: `${params.outDir}/first.png`, seconds } }))
        continue
      }
      if (method === 'sketch-none') {
        io.answer(JSON.stringify({ id, result: { file: null, seconds: 0 } }))
        continue
      }
      if (method === 'say') {
        io.answer(JSON.stringify({ id, result: { said: name }, files: [] }))
        continue
      }
      if (method !== 'nothing') {
        const folder = io.hostPath(params.outDir)
        disk.set(folder, null)
        const bytes = new TextEncoder().encode(method === 'large' ? 'x'.repeat(5_000) : `${inputs} ${name}`)
        disk.set(`${folder}/picture`, bytes)
      }
      const result = method === 'chatty' ? 'x'.repeat(MESSAGE_LIMIT_BYTES) : { rendered: name }
      io.answer(JSON.stringify({ id, result }))
    }
  }
  return tool
}

/** A requestor by hand: says exactly what a test wants said. */
export async function makeRequestor(world: World, name = 'requestor') {
  const { grid, clock, ledger, hub, disk } = world
  const signer = signerFromKey(newPrivateKey())
  const network = grid.join({ address: signer.address })
  const chain = ledger.open(signer.address)
  ledger.fund(signer.address, { glmWei: 1_000_000n, gasWei: 10n ** 18n })
  await chain.deposit(1_000_000n)
  const storage: Storage = memoryStorage({ peerId: network.self.peerId, hub, disk })
  const offers = new Map<Bytes32, Offer>()
  let onOffer = Promise.withResolvers<void>()
  network.handle(OFFER_PROTOCOL, { maxMessageBytes: MESSAGE_LIMIT_BYTES }, async ({ messages }) => {
    for await (const raw of messages) {
      const offer = offerMessage.parse(JSON.parse(new TextDecoder().decode(raw)))
      offers.set(offer.body.demandId, offer)
      onOffer.resolve()
      onOffer = Promise.withResolvers()
    }
  })
  let demands = 0

  const demandBody = (change: Partial<DemandBody> = {}): DemandBody => ({
    id: hashText(`${signer.address} ${name} ${demands++}`),
    requestor: signer.address,
    contact: network.contact(),
    manifest: world.manifestCid,
    app: 'tool 1',
    settlement: ledger.settlement,
    maxPricePerCoreHourWei: PRICE,
    issuedAtMs: clock.now(),
    expiresAtMs: clock.now() + 60_000,
    ...change,
  })
  const sayDemand = async (text: string): Promise<void> => {
    const channel = await network.open(world.network.contact(), DEMAND_PROTOCOL, { maxMessageBytes: 1 })
    await channel.send(new TextEncoder().encode(text))
    await channel.close()
  }
  const publish = (body: DemandBody, by = signer): Promise<void> => sayDemand(encodeJson(signDemand(by, body)))

  const requestor = {
    signer,
    network,
    chain,
    storage,
    offers,
    demandBody,
    sayDemand,
    publish,
    /** Hands over a demand and waits for the provider's offer. */
    offer: async (): Promise<Offer> => {
      const body = demandBody()
      await publish(body)
      while (!offers.has(body.id)) await onOffer.promise
      return offers.get(body.id) as Offer
    },
    terms: (offer: Offer, change: Partial<Terms> = {}): Terms => ({
      demandId: offer.body.demandId,
      offerId: offer.body.id,
      requestor: signer.address,
      provider: offer.body.provider,
      payee: offer.body.payee,
      author: world.manifest.author,
      royaltyBps: world.manifest.royaltyBps,
      manifest: world.manifestCid,
      settlement: ledger.settlement,
      pricePerCoreHourWei: PRICE,
      capWei: 10_000n,
      unpaidLimitWei: 300n,
      deadlineMs: clock.now() + 3_600_000,
      ...change,
    }),
    /** A stream on which nothing was said yet. */
    stream: (): Promise<Stream> => openStream(network, world.network),
    /** A stream with `open` said. */
    open: async (
      terms: Terms,
      signature: Signature = signTerms(signer, terms),
      protocol = ACTIVITY_PROTOCOL,
      draws?: Draws,
    ): Promise<Stream> => {
      const stream = await openStream(network, world.network, protocol)
      await stream.say({ type: 'open', terms, signature, ...(draws === undefined ? {} : { draws }) })
      return stream
    },
    keyOf: ({ payee, author, royaltyBps }: Terms): ChannelKey => ({
      requestor: signer.address,
      payee,
      author,
      royaltyBps,
    }),
    /** Locks `capWei` above `baseWei` on chain. */
    lock: async (
      terms: Terms,
      { baseWei = 0n, capWei = 1_000n, forMs = 3 * DAY_MS, post = true } = {},
    ): Promise<Funding> => {
      const leaf = { channel: channelId(requestor.keyOf(terms)), baseWei, capWei }
      // A neighbour makes every tree another one.
      const salt = hashText(`${demands++}`)
      const tree = buildFundingTree([leaf, { channel: salt, baseWei: 0n, capWei: 1n }])
      const expiryS = Math.ceil((clock.now() + forMs) / 1_000)
      if (post) await chain.post({ root: tree.root, sumWei: tree.sumWei, expiryS })
      const { proof } = tree.proofOf(leaf.channel)
      return { requestor: signer.address, root: tree.root, sumWei: tree.sumWei, expiryS, leaf, proof }
    },
    voucher: (terms: Terms, amountWei: Wei, by = signer): Voucher =>
      signVoucher(by, domainOf(terms.settlement), requestor.keyOf(terms), amountWei),
    /** A folder with one file, as inputs of a subtask. */
    inputs: async (text: string): Promise<Cid> => {
      disk.set(`/requestor/${text}`, null)
      disk.set(`/requestor/${text}/scene`, new TextEncoder().encode(text))
      return (await storage.addPath(`/requestor/${text}`)).cid
    },
    /** An agreement that is open and funded. */
    hired: async (
      change: Partial<Terms> = {},
      { chain, ...lock }: { capWei?: Wei; chain?: Pick<Draws, 'head' | 'count'> } = {},
    ) => {
      const terms = requestor.terms(await requestor.offer(), change)
      const draws = chain && signDraws(signer, domainOf(terms.settlement), agreementId(terms), chain)
      const stream = await requestor.open(terms, undefined, undefined, draws)
      await stream.hear('opened')
      await stream.say({ type: 'fund', funding: await requestor.lock(terms, lock) })
      await stream.hear('funded')
      return { terms, stream, id: agreementId(terms), inputs: await requestor.inputs('golem') }
    },
    text: async (cid: Cid): Promise<string> => {
      await storage.fetch(cid, { from: [world.network.contact()], maxBytes: 10_000 })
      const path = `/requestor/read-${cid}-${demands++}`
      await storage.materialise(cid, path)
      return new TextDecoder().decode(disk.get(`${path}/picture`) ?? new Uint8Array())
    },
  }
  return requestor
}

/** A subtask that costs 100, unless its units say otherwise. */
export function subtask(
  index: number,
  inputs: Cid,
  {
    method = 'render',
    params = {},
    units = HOUR_UNITS,
  }: { method?: string; params?: Record<string, Json>; units?: number } = {},
): RequestorMessage & { type: 'assign' } {
  const assignment: Assignment = {
    index,
    inputs,
    request: { method, params: { name: `frame ${index}`, ...params } },
    units,
    priceWei: priceOf(units, PRICE),
  }
  return { type: 'assign', assignment }
}

async function openStream(from: Network, to: Network, protocol = ACTIVITY_PROTOCOL): Promise<Stream> {
  const channel = await from.open(to.contact(), protocol, { maxMessageBytes: MESSAGE_LIMIT_BYTES })
  const heard: ProviderMessage[] = []
  let isOver = false
  let wake = Promise.withResolvers<void>()
  const stir = () => {
    wake.resolve()
    wake = Promise.withResolvers()
  }
  const listen = async (): Promise<void> => {
    try {
      for await (const raw of channel.messages) {
        heard.push(providerMessage.parse(JSON.parse(new TextDecoder().decode(raw))))
        stir()
      }
    } catch {
      // Broken off: the same to a test as closed.
    }
    isOver = true
    stir()
  }
  const ended = listen()
  const stream: Stream = {
    channel,
    say: (message) => channel.send(new TextEncoder().encode(encodeJson(message))),
    sayRaw: (bytes) => channel.send(bytes),
    hear: async (type) => {
      for (;;) {
        const at = heard.findIndex((message) => message.type === type)
        if (at !== -1) return heard.splice(at, 1)[0] as Said<typeof type>
        if (isOver) throw new Error(`the stream ended without "${type}": ${encodeJson(heard)}`)
        await wake.promise
      }
    },
    heard: () => [...heard],
    ended,
  }
  return stream
}
