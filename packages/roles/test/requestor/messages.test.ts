import { asCid, newPrivateKey, signerFromKey } from '@golem/protocol'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Requestor } from '../../src/requestor/index.ts'
import { createGrid, type Grid, type Node } from '../grid.ts'
import { acknowledge, hostileProvider, type Script, type Talk } from './hostile.ts'
import { begin, ended, FAIR_PRICE, until } from './jobs.ts'

const NOWHERE = asCid(`bafkrei${'a'.repeat(52)}`)
const reason = { code: 'NO', message: 'No.' }
const reads = (node: Node, n: number) => new TextDecoder().decode(node.disk.get(`/home/out/${n}.txt`) ?? undefined)

describe('what a provider says', () => {
  let grid: Grid
  let requestor: Requestor
  let node: Node
  beforeEach(async () => {
    grid = createGrid({ pace: 10 })
    const started = await grid.requestor()
    requestor = started.requestor
    node = started.node
  })
  afterEach(() => grid.stop())

  /** A job that the hostile provider gets first, and an honest one helps with. */
  const run = async (script: Script, count = 4) => {
    const hostile = await hostileProvider(grid, script)
    const { id } = await begin(requestor, node, count)
    await until(requestor, id, (view) => view.state === 'running')
    const honest = await grid.provider({ price: '0.2' })
    const view = await ended(requestor, id, 25_000)
    const row = view.providers.find(({ address }) => address === hostile.node.signer.address)
    return { view, hostile, honest, row }
  }
  const onAssign =
    (act: (talk: Talk, index: number) => Promise<void> | void): NonNullable<Script['onMessage']> =>
    async (message, talk) => {
      await acknowledge(message, talk)
      if (message.type === 'assign') await act(talk, message.assignment.index)
    }

  const nonsense: [string, (talk: Talk, index: number) => Promise<void> | void][] = [
    ['no JSON', (talk) => talk.sayRaw('{')],
    ['a message of another protocol', (talk) => talk.sayRaw('{"type":"hello"}')],
    ['JSON a hundred thousand levels deep', (talk) => talk.sayRaw('['.repeat(100_000))],
    [
      'a result that is too deep',
      (talk, index) =>
        talk.sayRaw(`{"type":"delivered","index":${index},"result":${'['.repeat(2_000)}${']'.repeat(2_000)}}`),
    ],
    ['more than a message may have', (talk) => talk.sayRaw(' '.repeat(300_000))],
    [
      'usage without end',
      (talk, index) => talk.sayRaw(`{"type":"progress","index":${index},"fraction":1e999,"note":""}`),
    ],
  ]

  it.each(nonsense)('is left when it is %s, and the work is done by another', async (_what, act) => {
    const { view, row } = await run({ onMessage: onAssign(act) })
    expect(view).toMatchObject({ state: 'done', problem: null })
    expect(row).toMatchObject({ accepted: 0, earnedWei: 0n })
  })

  it('counts for no subtask but its own', async () => {
    const { view, row } = await run({
      onMessage: onAssign(async (talk, index) => {
        for (const foreign of [index + 1, index + 1_000, 2 ** 32 - 1]) {
          await talk.deliver(foreign, NOWHERE)
          await talk.say({ type: 'failed', index: foreign, reason })
          await talk.say({ type: 'progress', index: foreign, fraction: 1, note: '' })
        }
      }),
    })
    expect(view).toMatchObject({ state: 'done', rejections: [] })
    expect(row?.accepted).toBe(0)
  })

  it('counts only with its signature', async () => {
    const { row } = await run({
      onMessage: onAssign((talk, index) =>
        talk.sayRaw(
          JSON.stringify({
            type: 'delivered',
            delivery: { agreementId: talk.id, index, outputs: NOWHERE, signature: `0x${'11'.repeat(65)}` },
            result: {},
            usage: { wallMs: 1, cpuMs: 1, peakMemoryBytes: 1, bytesIn: 1, bytesOut: 1 },
          }),
        ),
      ),
    })
    expect(row).toMatchObject({ state: 'excluded', doing: expect.stringContaining('wrong signature') })
  })

  it('counts once: what is delivered again after its acceptance changes and pays nothing', async () => {
    const { view, hostile, row } = await run({
      onMessage: async (message, talk) => {
        await acknowledge(message, talk)
        if (message.type === 'assign') await talk.compute(message)
        if (message.type !== 'accept') return
        for (const index of message.indices) {
          await talk.deliver(index, NOWHERE)
          await talk.say({ type: 'voucher-stored', amountWei: 10n ** 30n })
        }
      },
    })
    expect(view).toMatchObject({ state: 'done', rejections: [] })
    expect([1, 2, 3, 4].map((n) => reads(node, n))).toEqual(['1', '4', '9', '16'])
    const mostHeard = () => {
      const vouchers = hostile.heard.flatMap((said) => (said.type === 'accept' ? [said.voucher.amountWei] : []))
      return vouchers.reduce((a, b) => (a > b ? a : b), 0n)
    }
    // The last one may still be on its way when the job has ended.
    await vi.waitFor(() => expect(mostHeard()).toBe(row?.earnedWei), { timeout: 5_000 })
    const most = mostHeard()
    expect(requestor.treasury.latest(hostileChannel(hostile.heard))?.amountWei).toBe(most)
  })

  const hostileChannel = (heard: { type: string }[]) => {
    const accept = heard.find((said) => said.type === 'accept') as { voucher: { channel: never } } | undefined
    if (!accept) throw new Error('nothing was accepted')
    return accept.voucher.channel
  }

  it('cannot blame the work: what three say is broken is tried here, and they are left', async () => {
    const fails = onAssign((talk, index) =>
      talk.say({ type: 'failed', index, reason: { code: 'SCENE', message: 'Bad.' } }),
    )
    for (let i = 0; i < 4; i += 1) await hostileProvider(grid, { onMessage: fails })
    const { id } = await begin(requestor, node, 5)
    await until(requestor, id, (view) => view.providers.length > 2)
    await grid.provider({ price: '0.2' })
    expect(await ended(requestor, id, 25_000)).toMatchObject({ state: 'done', problem: null })
  })

  it('cannot speak in our own codes', async () => {
    const fails = onAssign((talk, index) =>
      talk.say({ type: 'failed', index, reason: { code: 'CANCELLED', message: 'You did.' } }),
    )
    const { view, row } = await run({ onMessage: fails })
    expect(view.state).toBe('done')
    expect(row).toMatchObject({ state: 'excluded' })
  })

  it('is read no faster than it can be handled', async () => {
    const { view } = await run({
      onMessage: onAssign(async (talk, index) => {
        for (let i = 0; i < 5_000; i += 1)
          void talk.say({ type: 'progress', index: index + i, fraction: 0.5, note: '' })
      }),
    })
    expect(view.state).toBe('done')
  })

  it('is not fetched past what the application may put out', async () => {
    const { view, row, hostile } = await run({
      onMessage: onAssign(async (talk, index) => {
        hostile.node.disk.set('/huge', new Uint8Array(3_000_000))
        await talk.deliver(index, (await hostile.node.storage.addPath('/huge')).cid)
      }),
    })
    expect(view.state).toBe('done')
    expect(row).toMatchObject({ accepted: 0 })
    expect(hostile.heard.some((said) => said.type === 'accept')).toBe(false)
  })

  it('opens nothing that it did not sign', async () => {
    const { view, row } = await run({
      onOpen: (talk) => talk.say({ type: 'opened', signature: `0x${'22'.repeat(65)}` as never, unsettled: [] }),
    })
    expect(view.state).toBe('done')
    expect(row).toBeUndefined()
  })

  it('may claim to hold ten thousand subtasks that it never got', async () => {
    const { view } = await run({ onOpen: (talk) => talk.open(Array.from({ length: 10_000 }, (_, i) => i)) })
    expect(view.state).toBe('done')
  })
})

describe('offers', () => {
  let grid: Grid
  beforeEach(() => {
    grid = createGrid({ pace: 10 })
  })
  afterEach(() => grid.stop())

  const honests: Awaited<ReturnType<Grid['provider']>>[] = []
  const seen = async (script: Script) => {
    await hostileProvider(grid, script)
    const honest = await grid.provider()
    const { requestor, node } = await grid.requestor()
    const { id } = await begin(requestor, node, 2)
    const view = await ended(requestor, id)
    expect(view.state).toBe('done')
    const fair = new Set([...honests, honest].map((each) => each.node.signer.address))
    honests.push(honest)
    return { offers: requestor.offers().filter(({ body }) => !fair.has(body.provider)), view }
  }

  it('count only from the one they are of', async () => {
    const { offers } = await seen({
      offers: (_demand, fair) =>
        Array.from({ length: 50 }, () => {
          const signer = signerFromKey(newPrivateKey())
          return { body: { ...fair, provider: signer.address }, signer }
        }),
    })
    expect(offers).toEqual([])
  })

  it('count only with its own contact, price and time', async () => {
    const nowMs = grid.clock.now()
    for (const offer of [
      { contact: { peerId: 'memory-0x01', addresses: ['/ip4/10.0.0.1/tcp/22'] } },
      { pricePerCoreHourWei: 10n ** 30n },
      { expiresAtMs: nowMs - 1 },
      { expiresAtMs: Number.MAX_SAFE_INTEGER },
    ]) {
      expect((await seen({ offer })).offers).toEqual([])
    }
  })

  it('cannot be signed by another', async () => {
    const thief = signerFromKey(newPrivateKey())
    const { offers } = await seen({ offers: (_demand, fair) => [{ body: fair, signer: thief }] })
    expect(offers).toEqual([])
  })

  it('for nothing, from a thousand cores, do not spoil the estimate of what the others take', async () => {
    const { view } = await seen({ offer: { pricePerCoreHourWei: 0n, cores: 1_024 } })
    expect(view.estimateWei).toBeGreaterThan(FAIR_PRICE / 8n)
  })

  it('may name another payee: that one is paid, and nobody twice', async () => {
    const payee = signerFromKey(newPrivateKey()).address
    for (let i = 0; i < 2; i += 1) {
      await hostileProvider(grid, {
        offer: { payee },
        onMessage: async (message, talk) => {
          await acknowledge(message, talk)
          if (message.type === 'assign') await talk.compute(message)
        },
      })
    }
    const { requestor, node } = await grid.requestor()
    const { id } = await begin(requestor, node, 8)
    const view = await ended(requestor, id)
    expect(view).toMatchObject({ state: 'done', spentWei: 4n * FAIR_PRICE })
    expect((await requestor.treasury.totals()).spentWei).toBe(4n * FAIR_PRICE)
  })
})
