import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { asAddress } from '@golem/protocol'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { isThatAnvil } from './anvil.ts'
import { type AnvilFile, anvilFile, type ChainFile, chainFile, devFiles, readJson } from './dev-files.ts'
import { faucet } from './faucet.ts'
import { type DevChain, joinDevChain } from './join-dev-chain.ts'
import { jsonRpc } from './json-rpc.ts'
import { isRunning } from './process-id.ts'

const RECEIVER = asAddress(`0x${'22'.repeat(20)}`)

describe('joinDevChain', () => {
  let dir: string
  let joined: DevChain[]
  let children: ChildProcess[]

  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'golem-dev-'))
    joined = []
    children = []
  })
  afterEach(async () => {
    for (const child of children) {
      const gone = once(child, 'exit')
      if (child.kill('SIGKILL')) await gone
    }
    // The last to leave sees the keeper out.
    const last = await joinDevChain({ dir })
    for (const chain of [...joined, last]) await chain.leave()
    await rm(dir, { recursive: true })
  })

  const enter = async () => {
    const chain = await joinDevChain({ dir })
    joined.push(chain)
    return chain
  }
  const kept = () => readJson(devFiles(dir).chain, chainFile) as ChainFile
  const record = () => readJson(devFiles(dir).anvil, anvilFile) as AnvilFile
  const until = async (what: () => boolean | Promise<boolean>, signal: AbortSignal) => {
    while (!(await what())) await sleep(10, undefined, { signal })
  }
  const gift = (chain: DevChain, ethWei = 1n) => faucet(chain, RECEIVER, { glmWei: 0n, ethWei })
  const balance = async ({ rpcUrl }: DevChain) => BigInt(await jsonRpc(rpcUrl, 'eth_getBalance', [RECEIVER, 'latest']))
  const savedAccounts = () => Object.keys(JSON.parse(readFileSync(devFiles(dir).state, 'utf8')).accounts).length

  /** A process of its own that joins, says so, and stays until it is told to leave. */
  const startUser = async () => {
    const program = `
      import { joinDevChain } from ${JSON.stringify(join(import.meta.dirname, 'join-dev-chain.ts'))}
      const chain = await joinDevChain({ dir: ${JSON.stringify(dir)} })
      console.log(chain.rpcUrl)
      process.stdin.once('data', () => chain.leave().then(() => process.exit()))`
    const child = spawn(process.execPath, ['--no-warnings', '--input-type=module', '-e', program], {
      stdio: ['pipe', 'pipe', 'inherit'],
    })
    children.push(child)
    const { value } = await createInterface({ input: child.stdout })[Symbol.asyncIterator]().next()
    return { child, rpcUrl: String(value) }
  }

  it('starts a chain with both contracts, and ends it with its last user', async () => {
    const chain = await enter()
    const { settlement, rpcUrl } = chain
    for (const address of [settlement.payments, settlement.token]) {
      expect((await jsonRpc<string>(rpcUrl, 'eth_getCode', [address, 'latest'])).length).toBeGreaterThan(1_000)
    }
    expect(Number(await jsonRpc(rpcUrl, 'eth_chainId'))).toBe(settlement.chainId)
    const { keeper, anvilPid } = kept()
    const { port, chainId } = record()
    await chain.leave()
    await chain.leave()
    expect(isRunning(keeper)).toBe(false)
    expect(isThatAnvil(anvilPid, port, chainId)).toBe(false)
    expect(existsSync(devFiles(dir).chain)).toBe(false)
    expect(readdirSync(devFiles(dir).users)).toEqual([])
  })

  it('keeps balances, contracts and chain id from one run to the next', async () => {
    const first = await enter()
    await gift(first, 5n)
    await first.leave()
    const second = await enter()
    expect(second.settlement).toEqual(first.settlement)
    expect(await balance(second)).toBe(5n)
  })

  it('draws another chain id for every folder', async () => {
    const other = await mkdtemp(join(tmpdir(), 'golem-dev-'))
    const [here, there] = await Promise.all([enter(), joinDevChain({ dir: other })])
    await there.leave()
    await rm(other, { recursive: true })
    expect(here.settlement.chainId).not.toBe(there.settlement.chainId)
  })

  it('is one chain for all who join in the same moment, from many processes', async () => {
    const users = await Promise.all([startUser(), startUser(), startUser(), enter(), enter()])
    expect(new Set(users.map(({ rpcUrl }) => rpcUrl)).size).toBe(1)
  })

  it('gives to everybody who asks at the same time', async () => {
    const chain = await enter()
    await Promise.all(Array.from({ length: 12 }, () => gift(chain)))
    expect(await balance(chain)).toBe(12n)
  })

  it('ends by itself when its only user was killed', async ({ signal }) => {
    const { child } = await startUser()
    const { keeper, anvilPid } = kept()
    const { port, chainId } = record()
    child.kill('SIGKILL')
    await until(() => !isRunning(keeper) && !isThatAnvil(anvilPid, port, chainId), signal)
  })

  it('goes on when one of two users was killed', async () => {
    const { child } = await startUser()
    const chain = await enter()
    const gone = once(child, 'exit')
    child.kill('SIGKILL')
    await gone
    await sleep(1_200) // Longer than the keeper waits between two looks at its users.
    await gift(chain)
    expect(await balance(chain)).toBe(1n)
  })

  it('survives kill -9 of its keeper: the same chain goes on under another', async ({ signal }) => {
    const chain = await enter()
    await gift(chain, 3n)
    const before = kept()
    process.kill(before.keeperPid, 'SIGKILL')
    await gift(chain, 4n)
    await until(() => kept()?.keeperPid !== before.keeperPid && isRunning(kept().keeper), signal)
    expect(kept().anvilPid).toBe(before.anvilPid)
    expect(kept().rpcUrl).toBe(chain.rpcUrl)
    expect(await balance(chain)).toBe(7n)
  })

  it('survives kill -9 of anvil: the saved chain comes back at the same address', async ({ signal }) => {
    const chain = await enter()
    const accounts = savedAccounts()
    await gift(chain, 3n)
    await until(() => savedAccounts() > accounts, signal)
    const { anvilPid } = kept()
    process.kill(anvilPid, 'SIGKILL')
    await until(() => kept()?.anvilPid !== anvilPid, signal)
    expect(kept().rpcUrl).toBe(chain.rpcUrl)
    expect(await balance(chain)).toBe(3n)
  })

  it('survives kill -9 of keeper and anvil together, at any moment of saving', { timeout: 60_000 }, async ({
    signal,
  }) => {
    const chain = await enter()
    for (let round = 0; round < 4; round++) {
      const before = kept()
      const giving = Promise.allSettled(Array.from({ length: 6 }, () => gift(chain)))
      await sleep(round * 7)
      process.kill(before.keeperPid, 'SIGKILL')
      process.kill(before.anvilPid, 'SIGKILL')
      await giving
      await until(() => kept()?.anvilPid !== before.anvilPid && isRunning(kept().keeper), signal)
      expect(await jsonRpc<string>(chain.rpcUrl, 'eth_getCode', [chain.settlement.payments, 'latest'])).not.toBe('0x')
    }
    await chain.leave()
    expect(readdirSync(dir).sort()).toEqual(['anvil.json', 'keeper.lock', 'keeper.log', 'state.json', 'users'])
  })

  it('ends with its folder', async ({ signal }) => {
    const { child } = await startUser()
    const { keeper } = kept()
    // The keeper may be saving into it at this moment.
    await rm(dir, { recursive: true, maxRetries: 10 })
    await until(() => !isRunning(keeper), signal)
    child.kill('SIGKILL')
  })

  it('says why it cannot start', { timeout: 60_000 }, async () => {
    const first = await enter()
    await first.leave()
    const { state, log } = devFiles(dir)
    await writeFile(state, 'no state')
    await expect(joinDevChain({ dir })).rejects.toMatchObject({
      code: 'CHAIN_UNREACHABLE',
      remedy: expect.stringContaining(log),
    })
    await rm(state)
  })

  it('gives up when told to', async () => {
    const signal = AbortSignal.abort(new Error('no time'))
    await expect(joinDevChain({ dir, signal })).rejects.toThrow('no time')
  })
})
