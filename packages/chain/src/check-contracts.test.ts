import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { payments } from '@golem/contracts'
import { asAddress, type Hex, newPrivateKey, type Settlement, signerFromKey } from '@golem/protocol'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createChain } from './create-chain.ts'
import { type DevChain, joinDevChain } from './dev/join-dev-chain.ts'
import { jsonRpc } from './dev/json-rpc.ts'

const signer = signerFromKey(newPrivateKey())
const ELSEWHERE = asAddress(`0x${'e1'.repeat(20)}`)

describe('what is trusted with money', () => {
  let dir: string
  let dev: DevChain
  let code: Hex
  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'golem-chain-'))
    dev = await joinDevChain({ dir })
    code = await jsonRpc<Hex>(dev.rpcUrl, 'eth_getCode', [dev.settlement.payments, 'latest'])
  })
  afterAll(async () => {
    await dev.leave()
    await rm(dir, { recursive: true })
  })

  const open = (change: Partial<Settlement> = {}) =>
    createChain({ rpcUrl: dev.rpcUrl, signer, settlement: { ...dev.settlement, ...change } })
  const put = (at: string, what: string) => jsonRpc(dev.rpcUrl, 'anvil_setCode', [at, what])
  /** The code with one byte changed. */
  const changed = (text: string, byte: number): Hex => {
    const at = 2 + 2 * byte
    return `${text.slice(0, at)}${text.slice(at, at + 2) === 'ab' ? 'cd' : 'ab'}${text.slice(at + 2)}` as Hex
  }

  it('takes the payment contract of this release', async () => {
    const chain = await open()
    await chain.verify()
    await chain.stop()
  })

  it.each([
    ['another chain', { chainId: 1 }],
    ['an address without code', { payments: asAddress(`0x${'e2'.repeat(20)}`) }],
    ['another token', { token: ELSEWHERE }],
  ])('refuses %s', async (_, change) => {
    await expect(open(change)).rejects.toMatchObject({ code: 'CHAIN_MISMATCH' })
  })

  it('refuses code of which one byte is another', async () => {
    await put(ELSEWHERE, changed(code, 40))
    await expect(open({ payments: ELSEWHERE })).rejects.toMatchObject({ message: /that this Golem knows/ })
  })

  it('refuses the same code with forged values, by which no voucher would count', async () => {
    // The values name the first address; behind another one the code computes them anew, which is as good.
    await put(ELSEWHERE, code)
    await (await open({ payments: ELSEWHERE })).stop()
    // Hashes, the domain's among them; the others are addresses, the chain's id and short names, with zeros in them.
    const hashes = payments.immutables.filter(([start, length]) => {
      const value = code.slice(2 + 2 * start, 2 + 2 * (start + length))
      return !value.includes('0'.repeat(8))
    })
    const forged = hashes.reduce((text, [start]) => changed(text, start), code)
    await put(dev.settlement.payments, forged)
    await expect(open()).rejects.toMatchObject({ message: /would not take vouchers/ })
    await put(dev.settlement.payments, code)
  })
})
