import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createChain, type DevChain, faucet, joinDevChain } from '@golem/chain'
import type { Network } from '@golem/ports'
import { memoryGrid, memoryStore } from '@golem/ports/memory'
import {
  type Address,
  GRID_CHAIN_MESSAGE_BYTES,
  GRID_CHAIN_PROTOCOL,
  newPrivateKey,
  parseGlm,
  signerFromKey,
} from '@golem/protocol'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { joinGridChain } from './join-grid-chain.ts'
import { FAUCET_PAUSE_MS, STREAMS_PER_MEMBER } from './limits.ts'
import { type GridChainLink, reachGridChain } from './reach-grid-chain.ts'
import { serveGridChain } from './serve-grid-chain.ts'

/** The first account of anvil, whose key stands in its manual. */
const ANVIL_KEY = Buffer.from('ac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80', 'hex')

let folder: string
let dev: DevChain
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'golem-grid-chain-'))
  dev = await joinDevChain({ dir: folder })
}, 60_000)
afterAll(async () => {
  await dev.leave()
  await rm(folder, { recursive: true, force: true })
})

let nowMs: number
let host: Network
let member: Network
let filled: Address[]
let link: GridChainLink
let ends: (() => unknown)[]
const signer = signerFromKey(newPrivateKey())
beforeEach(() => {
  nowMs = 1e12
  filled = []
  const net = memoryGrid()
  host = net.join({ address: signerFromKey(newPrivateKey()).address })
  member = net.join({ address: signer.address })
  const stop = serveGridChain({
    network: host,
    rpcUrl: dev.rpcUrl,
    fill: async (wallet) => {
      filled.push(wallet)
      await faucet(dev, wallet, { glmWei: parseGlm('1000'), ethWei: 10n ** 18n })
    },
    logger: { warn: () => {} },
    now: () => nowMs,
  })
  link = reachGridChain(member, host.contact())
  ends = [stop, () => link.stop(), () => member.stop(), () => host.stop()]
})
afterEach(async () => {
  for (const end of ends) await end()
})

const grid = () => ({ name: 'studio', host: host.contact() })

describe('the chain of a private grid', () => {
  it('is used by a member as any chain is, with a wallet that the host fills', async () => {
    const { rpcUrl, call, close } = await joinGridChain(member, grid())
    ends.unshift(close)
    expect(await call('golem_faucet', [])).toEqual({ result: true })
    expect(filled).toEqual([signer.address])
    const chain = await createChain(
      { rpcUrl, signer, store: memoryStore(), settlement: dev.settlement },
      { confirmations: 0 },
    )
    ends.unshift(() => chain.stop())
    await chain.deposit(parseGlm('5'))
    expect(await chain.balances(signer.address)).toMatchObject({ walletWei: parseGlm('995'), freeWei: parseGlm('5') })
  })

  it('gives a member tokens once in a minute', async () => {
    expect(await link.call('golem_faucet', [])).toEqual({ result: true })
    expect(await link.call('golem_faucet', [])).toMatchObject({
      error: { message: expect.stringContaining('once in a minute') },
    })
    nowMs += FAUCET_PAUSE_MS
    expect(await link.call('golem_faucet', [])).toEqual({ result: true })
    expect(filled).toHaveLength(2)
  })

  it.each([
    ['eth_sendTransaction', [{ from: `0x${'11'.repeat(20)}`, to: `0x${'22'.repeat(20)}`, value: '0x1' }]],
    ['eth_accounts', []],
    ['eth_sign', [`0x${'11'.repeat(20)}`, '0x00']],
    ['anvil_setBalance', [`0x${'11'.repeat(20)}`, '0xffff']],
    ['anvil_impersonateAccount', [`0x${'11'.repeat(20)}`]],
    ['anvil_dumpState', []],
    ['evm_increaseTime', [1_000]],
    ['evm_mine', []],
    ['debug_traceTransaction', ['0x00']],
    ['hardhat_setCode', []],
  ])('does not do %s for a member', async (method, params) => {
    expect(await link.call(method, params)).toMatchObject({
      error: { message: expect.stringContaining('members may ask') },
    })
  })

  it('takes nothing that is signed by the accounts of its node, whose keys everybody knows', async () => {
    const owner = signerFromKey(ANVIL_KEY)
    const { rpcUrl, close } = await joinGridChain(member, grid())
    ends.unshift(close)
    const settlement = dev.settlement
    const thief = await createChain({ rpcUrl, signer: owner, store: memoryStore(), settlement }, { confirmations: 0 })
    ends.unshift(() => thief.stop())
    const before = await thief.balances(owner.address)
    expect(before.walletWei).toBeGreaterThan(0n)
    await expect(thief.deposit(parseGlm('1'))).rejects.toMatchObject({
      code: 'CHAIN_REVERTED',
      cause: { details: 'This account is the faucet’s alone.' },
    })
    expect(await thief.balances(owner.address)).toMatchObject({ walletWei: before.walletWei, freeWei: before.freeWei })
    expect(await link.call('eth_sendRawTransaction', ['0x1234'])).toMatchObject({
      error: { message: expect.any(String) },
    })
  })

  it('hangs up on who asks what is no question, and on more streams than it serves', async () => {
    const options = { maxMessageBytes: GRID_CHAIN_MESSAGE_BYTES }
    const open = () => member.open(host.contact(), GRID_CHAIN_PROTOCOL, options)
    const bad = await open()
    await bad.send(new TextEncoder().encode('{"id":1,"method":"eth_chainId"}'))
    await expect(Array.fromAsync(bad.messages)).rejects.toMatchObject({ code: 'CHANNEL_CLOSED' })

    const ask = async (channel: Awaited<ReturnType<typeof open>>) => {
      await channel.send(new TextEncoder().encode('{"id":1,"method":"eth_chainId","params":[]}'))
      for await (const raw of channel.messages) return JSON.parse(new TextDecoder().decode(raw)).result
    }
    for (let i = 0; i < STREAMS_PER_MEMBER; i++) expect(await ask(await open())).toMatch(/^0x/)
    await expect(ask(await open())).rejects.toMatchObject({ code: 'CHANNEL_CLOSED' })
  })

  it('is reached again after the host was away, and says so meanwhile', async () => {
    expect(await link.call('eth_chainId', [])).toHaveProperty('result')
    await host.stop()
    await expect(link.call('eth_chainId', [])).rejects.toMatchObject({ code: 'CHAIN_UNREACHABLE' })
    await expect(joinGridChain(member, grid(), { patienceMs: 0 })).rejects.toMatchObject({ code: 'GRID_UNREACHABLE' })
  })

  it('is behind a door that only this process knows', async () => {
    const { rpcUrl, close } = await joinGridChain(member, grid())
    ends.unshift(close)
    const post = (url: string, body: string) => fetch(url, { method: 'POST', body })
    const question = '{"jsonrpc":"2.0","id":7,"method":"eth_chainId","params":[]}'
    expect(await (await post(rpcUrl, question)).json()).toMatchObject({
      jsonrpc: '2.0',
      id: 7,
      result: expect.stringMatching(/^0x/),
    })
    expect((await post(new URL('/', rpcUrl).href, question)).status).toBe(404)
    expect((await post(rpcUrl, '[]')).status).toBe(400)
    expect((await post(rpcUrl, ' '.repeat(GRID_CHAIN_MESSAGE_BYTES + 1))).status).toBe(413)
  })
})
