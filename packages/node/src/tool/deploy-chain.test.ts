import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readChainFile } from '@golem/api/chain-file'
import { type DevChain, faucet, joinDevChain } from '@golem/chain'
import { asAddress, newPrivateKey, signerFromKey } from '@golem/protocol'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type Begun, deployChain } from './deploy-chain.ts'
import { useChain } from './use-chain.ts'

const ETH = 10n ** 18n
const { signal } = new AbortController()

let dir: string
let dev: DevChain
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'golem-deploy-'))
  dev = await joinDevChain({ dir: join(dir, 'chain') })
})
afterAll(async () => {
  await dev.leave()
  await rm(dir, { recursive: true })
})

const request = () => ({
  rpcUrl: dev.rpcUrl,
  crowdfunding: { minimumWei: ETH, capWei: 2n * ETH, forS: 3_600, teamLockS: 60 },
})
const somebody = async (ethWei: bigint) => {
  const signer = signerFromKey(newPrivateKey())
  if (ethWei > 0n) await faucet(dev, signer.address, { glmWei: 0n, ethWei })
  return signer
}
const asking = (answer: boolean) => {
  const asked: string[] = []
  const begun: Begun[] = []
  const agree = async (what: string, would: Begun) => {
    asked.push(what)
    begun.push(would)
    return answer
  }
  return { asked, begun, agree }
}

it('says which address needs how much, and does nothing without consent', async () => {
  const poor = await somebody(0n)
  const { asked, agree } = asking(true)
  await expect(deployChain({ signer: poor, agree, signal }, request())).rejects.toMatchObject({
    code: 'FUNDS_MISSING',
    message: expect.stringContaining(`${poor.address} has 0 ETH`),
  })
  expect(asked).toEqual([])

  const shy = asking(false)
  const rich = await somebody(5n * ETH)
  await expect(deployChain({ signer: rich, agree: shy.agree, signal }, request())).rejects.toMatchObject({
    code: 'CONSENT_MISSING',
    message: expect.stringMatching(
      /Deploys Crowdfunding, Payments, .* takes 1 ETH to 2 ETH within 1 h.*Gas: about 0\.\d+/s,
    ),
  })
  expect(shy.asked).toHaveLength(1)

  // The second is a part of the terms: whoever names it again goes on with what was begun, and pays for no second token.
  const [would] = shy.begun
  const { agree: yes } = asking(true)
  const { crowdfunding, ...where } = request()
  const told = { ...where, crowdfunding: { ...crowdfunding, startsAtS: Number(would?.startsAtS) - 60 } }
  const made = await deployChain({ signer: rich, agree: yes, signal }, told)
  expect(made.token).not.toBe(would?.token)
  const again = await deployChain({ signer: rich, agree: yes, signal }, told)
  expect([again.token, again.transactions]).toEqual([made.token, 0])
})

it('makes a token and its contracts, which a home then uses; and those for a token that exists, once', async () => {
  const signer = await somebody(5n * ETH)
  const { agree, asked } = asking(true)
  const made = await deployChain({ signer, agree, signal }, request())
  expect(made.contracts.map(({ name, isNew }) => [name, isNew])).toEqual([
    ['Crowdfunding', true],
    ['Payments', true],
    ['ApplicationRegistry', false],
    ['Blacklist', false],
    ['Stake', true],
    ['Disputes', true],
  ])
  const again = await deployChain({ signer, agree, signal }, { ...request(), token: made.token })
  expect([again.transactions, again.feeWei, asked.length]).toEqual([0, '0', 1])

  const file = await useChain({ home: dir, signal }, { rpcUrl: dev.rpcUrl, token: made.token })
  expect(file).toEqual({ rpcUrl: dev.rpcUrl, chainId: made.chainId, token: made.token, payments: made.payments })
  expect(await readChainFile(dir)).toEqual(file)
  const wrong = asAddress(`0x${'7a'.repeat(20)}`)
  await expect(useChain({ home: dir, signal }, { rpcUrl: dev.rpcUrl, token: wrong })).rejects.toMatchObject({
    code: 'CHAIN_MISMATCH',
  })
  expect(await readChainFile(dir)).toEqual(file)
})
