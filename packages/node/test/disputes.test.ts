import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  contractsOf,
  createBlacklist,
  createChain,
  createDisputes,
  createStake,
  devTerms,
  faucet,
  joinDevChain,
} from '@golem/chain'
import { DEFAULT_POLICY } from '@golem/market'
import type { App } from '@golem/ports'
import {
  type MemoryDisk,
  type MemoryProgram,
  type MemoryStorage,
  memoryFolders,
  memorySandbox,
  memoryStorage,
  memoryStore,
} from '@golem/ports/memory'
import {
  agreementId as agreementIdOf,
  asBytes32,
  asCid,
  canonicalJson,
  commitmentOf,
  domainOf,
  type FinishedWork,
  keyOpenerFromKey,
  newPrivateKey,
  parseGlm,
  type Signer,
  signDeliveryBatch,
  signerFromKey,
  signTerms,
  signVerdict,
  writeEvidence,
} from '@golem/protocol'
import { createDisputesDesk, type DisputesDesk, type DisputesDeskOptions, type FollowedLists } from '@golem/roles'
import type { Logger } from 'pino'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { openTrust } from '../src/daemon/parts/open-trust.ts'
import { systemClock } from '../src/daemon/parts/system-clock.ts'
import type { PolicyStore } from '../src/policy/open-policy.ts'

const manifestCid = asCid('bafkreidgvpkjawlxz6sffxzwgooowe5yt7i6wsyg236mfoks77nywkptdq')
const limits = { memoryBytes: 1e6, pids: 4, cores: 1, wallMs: 6e4, diskBytes: 4e6, logBytes: 1e5 }
const app = {
  manifestCid,
  codePath: '/app',
  manifest: {
    // Only where it gives the same everywhere does a panel convict.
    runtime: { kind: 'wasm', module: null, interface: 'protocol' },
    command: ['doubles'],
    env: {},
    network: 'none',
    limits: { ...limits, outputBytes: 1e6, outputFiles: 10, fileBytes: 1e6 },
  },
} as unknown as App
/** Doubles a number. */
const doubles: MemoryProgram = async ({ requests, answer }) => {
  answer(JSON.stringify({ ready: {} }))
  for await (const line of requests) {
    const { id, params } = JSON.parse(line)
    answer(JSON.stringify({ id, result: 2 * params.n, files: [] }))
  }
}
const silent = { debug() {}, info() {}, warn() {}, error() {} }
const STAKE = parseGlm('40')

describe('a dispute on a chain', () => {
  let world: Awaited<ReturnType<typeof open>>
  beforeAll(async () => {
    world = await open()
  }, 120_000)
  afterAll(() => world?.close())

  it('over a rejection of good work burns stake of the requestor, pays the panel nothing, and gives the bond back', {
    timeout: 240_000,
  }, async () => {
    const { provider, requestor, balance } = world
    const before = await balance(provider.signer)
    const dispute = await world.judged(await world.accuse({ result: 42 }))
    expect(dispute).toMatchObject({ verdict: 'convicted', panel: { convicting: 3, acquitting: 0 } })
    expect((await provider.stake.of(requestor.signer.address)).totalWei).toBe((STAKE * 3n) / 4n)
    await vi.waitUntil(async () => (await balance(provider.signer)) === before, { timeout: 60_000, interval: 200 })

    // A node that was no party to it hears of it, serves and hires the convicted no more, and names it on its list.
    const { trust, blacklist, signer } = world.witness
    const convicted = requestor.signer.address
    const matter = { payWei: 1n, isHired: false }
    await vi.waitUntil(() => trust.book.convictions(convicted).length === 1, { timeout: 60_000, interval: 200 })
    expect(trust.judgement.declineRequestor(convicted, matter)?.code).toBe('NOT_TRUSTED')
    expect(trust.judgement.declineProvider(convicted, { ...matter, application: manifestCid })?.code).toBe(
      'NOT_TRUSTED',
    )
    expect(trust.backings.ofRequestor(convicted)).toMatchObject({ isCaught: true, stakeWei: 0 })
    // Each in a transaction of its own.
    await vi.waitUntil(async () => (await blacklist.entries(signer.address, 10)).length > 1, {
      ...{ timeout: 60_000, interval: 200 },
    })
    const entries = await blacklist.entries(signer.address, 10)
    expect(new Set(entries.map(({ kind }) => kind))).toEqual(new Set(['provider', 'requestor']))
    expect(entries.map(({ id }) => id)).toEqual([convicted, convicted])
    for (const { evidence, expiresAtS } of entries) {
      expect(dispute.evidence).toContain(evidence)
      expect(expiresAtS).toBe(dispute.startedAtS + 90 * 86_400)
    }
  })

  it('tells nodes who has what at stake, and so who is known', { timeout: 60_000 }, async () => {
    const { jurors, witness } = world
    const [juror] = jurors
    await vi.waitUntil(() => witness.trust.backings.ofProvider(juror.signer.address, manifestCid).stakeWei > 0, {
      ...{ timeout: 30_000, interval: 200 },
    })
    expect(witness.trust.backings.ofRequestor(juror.signer.address).stakeWei).toBe(Number(STAKE))
  })

  it('over wrong work is lost by its provider, whose bond the panel shares', { timeout: 240_000 }, async () => {
    const { provider, requestor, jurors, balance } = world
    const before = await balance(provider.signer)
    const staked = (await provider.stake.of(requestor.signer.address)).totalWei
    const had = await Promise.all(jurors.map(({ signer }) => balance(signer)))
    const dispute = await world.judged(await world.accuse({ result: 41 }))
    expect(dispute).toMatchObject({ verdict: 'acquitted', panel: { convicting: 0, acquitting: 3 } })
    expect((await provider.stake.of(requestor.signer.address)).totalWei).toBe(staked)
    const { bondWei } = await provider.disputes.terms()
    expect(await balance(provider.signer)).toBe(before - bondWei)
    const gained = async () =>
      (await Promise.all(jurors.map(({ signer }) => balance(signer)))).reduce(
        (sum, now, at) => sum + now - (had[at] ?? 0n),
        0n,
      )
    // Shared by the seats: what does not divide by three is burned.
    await vi.waitUntil(async () => (await gained()) === (bondWei / 3n) * 3n, { timeout: 60_000, interval: 200 })
  })

  it('whose evidence is nothing convicts nobody', { timeout: 240_000 }, async () => {
    expect(await world.judged(await world.accuse(null))).toMatchObject({ verdict: 'acquitted' })
  })
})

async function open() {
  const dir = await mkdtemp(join(tmpdir(), 'golem-disputes-'))
  const dev = await joinDevChain({ dir })
  const hub = new Map<string, MemoryStorage>()
  const stops: (() => Promise<unknown>)[] = []
  const contracts = contractsOf(dev.settlement.token, devTerms)
  const { token } = dev.settlement

  const join_ = async () => {
    const key = newPrivateKey()
    const signer = signerFromKey(key)
    await faucet(dev, signer.address, { glmWei: parseGlm('100'), ethWei: 10n ** 20n })
    const chain = await createChain({ ...dev, signer, store: memoryStore(), logger: silent }, { confirmations: 0 })
    const stake = createStake(chain.account, { address: contracts.stake, token })
    const disputes = createDisputes(chain.account, { address: contracts.disputes, token })
    const blacklist = createBlacklist(chain.account, contracts.blacklist)
    const disk: MemoryDisk = new Map()
    const storage = memoryStorage({ peerId: `memory-${signer.address}`, hub, disk })
    stops.push(() => chain.stop())
    return { key, signer, chain, stake, disputes, blacklist, disk, storage }
  }
  type Member = Awaited<ReturnType<typeof join_>>
  /** What a node makes of it, and publishes. */
  const trustOf = ({ chain, stake, disputes, blacklist, signer }: Member) =>
    openTrust(
      {
        ...{ chain, stake, disputes, blacklist, signer, store: memoryStore(), clock: systemClock(() => 0) },
        lists: { listingsOf: () => [] } as unknown as FollowedLists,
        policy: {
          current: () => ({ ...DEFAULT_POLICY, blacklist: { follow: [], mode: 'auto', publish: 'convicted' } }),
        } as unknown as PolicyStore,
        logger: silent as unknown as Logger,
      },
      [],
    )
  const serve = (
    { key, disputes, disk, storage }: Member,
    others: readonly Member[],
    onConvicted?: DisputesDeskOptions['onConvicted'],
  ): DisputesDesk => {
    const desk = createDisputesDesk(
      {
        ...{ disputes, storage, opener: keyOpenerFromKey(key), store: memoryStore(), logger: silent },
        network: {
          peers: () => others.map(({ signer }) => ({ peerId: `memory-${signer.address}`, address: signer.address })),
        },
        sandbox: memorySandbox({ doubles }, { disk }),
        folders: memoryFolders(disk, { base: '/work' }),
        clock: systemClock(() => 0),
        randomBytes: (length) => new Uint8Array(randomBytes(length)),
      },
      { apps: [app], maxInputBytes: 1e6, speed: 1, lookMs: 200, ...(onConvicted && { onConvicted }) },
    )
    stops.push(() => desk.stop())
    desk.start()
    return desk
  }
  const [provider, requestor, witness, ...jurors] = (await Promise.all([1, 2, 3, 4, 5, 6].map(join_))) as [
    Member,
    Member,
    Member,
    Member,
    ...Member[],
  ]
  for (const { chain, stake, disputes } of [requestor, ...jurors])
    await chain.send(await stake.calls.add(STAKE, disputes.address), 'test')
  for (const { chain, disputes } of jurors) await chain.send([disputes.calls.enlist()], 'test')
  for (const member of [provider, ...jurors]) serve(member, [provider, requestor])
  const trust = trustOf(witness)
  serve(witness, [], trust.onConvicted)

  /** A provider that delivered `result` for the double of 21, and was rejected, accuses its requestor. */
  const accuse = async (delivered: { result: number } | null): Promise<number> => {
    const { storage, signer, stake, disputes, chain } = provider
    const put = async (value: unknown) => (await storage.addBytes(new TextEncoder().encode(canonicalJson(value)))).cid
    let evidence = 'nothing'
    if (delivered !== null) {
      const inputs = await inputsOf(provider)
      const work = workOf(signer, requestor.signer, { settlement: dev.settlement, inputs, ...delivered })
      const { terms } = work
      const verdict = await put(
        signVerdict(requestor.signer, {
          ...{ format: 'golem-verdict/1', judge: terms.requestor, provider: terms.provider, manifest: manifestCid },
          ...{ agreementId: agreementIdOf(terms), index: 0, inputs, request: work.subtask.request },
          ...{ commitment: commitmentOf(work.delivered), outputs: null, drawn: null, work: await put(work) },
          seed: asBytes32(`0x${'5e'.repeat(32)}`),
          verdict: { accepted: false, how: 'said', code: 'WRONG', message: 'It is wrong.', evidence: null },
        }),
      )
      const accused = requestor.signer.address
      const claim = await put({ format: 'golem-claim/1', accuser: signer.address, accused, verdict })
      evidence = writeEvidence(claim, [`/memory/p2p/${'memory'}`])
    }
    const { maxClaimWei: amountWei } = await stake.of(requestor.signer.address)
    const actAtS = (await chain.now()) - 60
    const accused = requestor.signer.address
    await chain.send(await disputes.calls.open({ accused, amountWei, actAtS, evidence }), 'test')
    return disputes.count()
  }

  const later = async (seconds: number) => {
    await (provider.chain.account.client.request as (asked: unknown) => Promise<unknown>)({
      method: 'evm_increaseTime',
      params: [`0x${seconds.toString(16)}`],
    })
  }
  /** Lets everybody do their part, and the time of each phase go by. */
  const judged = async (id: number) => {
    const { disputes } = provider
    const until = async (holds: () => Promise<boolean>) => vi.waitUntil(holds, { timeout: 60_000, interval: 100 })
    await until(async () => (await disputes.dispute(id)).drawnAtS !== null)
    const { panel } = await disputes.dispute(id)
    const seats = () => Promise.all(panel.jurors.map((juror) => disputes.seat(id, 0, juror)))
    await until(async () => (await seats()).every(({ commitment }) => commitment !== null))
    await later(devTerms.disputes.commitS)
    await until(async () => (await seats()).every(({ vote }) => vote !== null))
    await later(devTerms.disputes.revealS + devTerms.disputes.appealS)
    await until(async () => (await disputes.dispute(id)).verdict !== null)
    return disputes.dispute(id)
  }
  return {
    ...{ provider, requestor, jurors, accuse, judged, witness: { ...witness, trust } },
    balance: async ({ address }: Signer) => (await provider.chain.balances(address)).walletWei,
    close: async () => {
      await Promise.all(
        stops
          .splice(0)
          .reverse()
          .map((stop) => stop()),
      )
      await dev.leave()
      await rm(dir, { recursive: true })
    },
  }
}

async function inputsOf({ disk, storage }: { disk: MemoryDisk; storage: MemoryStorage }) {
  disk.set('/inputs', null)
  disk.set('/inputs/a', new TextEncoder().encode('a'))
  return (await storage.addPath('/inputs')).cid
}

type Made = { settlement: FinishedWork['terms']['settlement']; inputs: FinishedWork['inputs']; result: number }

function workOf(provider: Signer, requestor: Signer, { settlement, inputs, result }: Made): FinishedWork {
  const terms: FinishedWork['terms'] = {
    demandId: asBytes32(`0x${'01'.repeat(32)}`),
    offerId: asBytes32(`0x${randomBytes(32).toString('hex')}`),
    ...{ requestor: requestor.address, provider: provider.address, payee: provider.address },
    ...{ author: provider.address, royaltyBps: 0, manifest: manifestCid, settlement },
    ...{ pricePerCoreHourWei: 1n, capWei: 1n, unpaidLimitWei: 1n, deadlineMs: Date.now() },
  }
  const usage = { wallMs: 1, cpuMs: 1, peakMemoryBytes: 1, bytesIn: 1, bytesOut: 1 }
  const delivered = { index: 0, outputs: null, result }
  const id = agreementIdOf(terms)
  const { signature } = signDeliveryBatch(provider, domainOf(settlement), id, [{ ...delivered, usage }])
  return {
    format: 'golem-work/1',
    terms,
    signatures: { requestor: signTerms(requestor, terms), provider: signTerms(provider, terms) },
    subtask: { id: 'n', group: 'n', label: 'n', request: { method: 'double', params: { n: 21 } }, units: 1 },
    ...{ inputs, delivered, signature, proof: [], check: { kind: 'exact' } },
  }
}
