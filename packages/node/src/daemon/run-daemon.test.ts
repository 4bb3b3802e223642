import { access, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { StartChange } from '@golem/api'
import { readApiFile } from '@golem/api/api-file'
import { type Client, createClient } from '@golem/api/client'
import { joinDevChain } from '@golem/chain'
import {
  type Address,
  asAddress,
  encodeJson,
  GolemError,
  newPrivateKey,
  signerFromKey,
  signVoucher,
} from '@golem/protocol'
import pino from 'pino'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { parseDaemonOptions } from '../options.ts'
import { runDaemon } from './run-daemon.ts'
import type { Daemon } from './start-daemon.ts'

/** Nodes start with a chain of their own, one after the other. */
vi.setConfig({ testTimeout: 240_000, hookTimeout: 120_000 })

const payee = asAddress(`0x${'bb'.repeat(20)}`)

let folder: string
let home: string
let daemon: Daemon
let client: Client
let own: Address
/** With whose key the next start fails. */
let unwanted: Address | null = null
/** Resolves with each start, once the daemon answers. */
let hasStarted: PromiseWithResolvers<void>

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'golem-run-'))
  home = join(folder, 'home')
  const logger = pino({ level: 'silent' })
  logger.info = ((_fields: object, message?: string) => {
    if (message === 'the node is up') hasStarted.resolve()
  }) as typeof logger.info
  hasStarted = Promise.withResolvers()
  daemon = await runDaemon(
    {
      logger,
      onStopRequest: () => undefined,
      onLost: (error) => hasStarted.reject(error),
      disguise: ({ signer }) => {
        if (signer.address !== unwanted) return { hasApp: () => false }
        unwanted = null
        throw new GolemError({ code: 'START_REFUSED', message: 'Nothing starts with this key.' })
      },
    },
    parseDaemonOptions(JSON.stringify({ home, dev: true, mdns: false, listen: ['/ip4/127.0.0.1/tcp/0'] })),
  )
  client = createClient(() => readApiFile(home))
  own = (await client.status()).address as Address
})
afterAll(async () => {
  await daemon.stop()
  await rm(folder, { recursive: true })
})

const hexOf = (key: Uint8Array) => Buffer.from(key).toString('hex')
const exists = (name: string) =>
  access(join(home, name)).then(
    () => true,
    () => false,
  )
/** A backup in plain of a key with one promise. */
async function backupOf(key: Uint8Array, amountWei: bigint): Promise<string> {
  const signer = signerFromKey(key)
  const { settlement } = JSON.parse(await readFile(join(home, 'dev', 'chain.json'), 'utf8'))
  const { chainId } = await client.wallet()
  const channel = { requestor: signer.address, payee, author: payee, royaltyBps: 0 }
  const domain = { chainId, verifyingContract: asAddress(settlement.payments) }
  const voucher = signVoucher(signer, domain, channel, amountWei)
  const id = `0x${'01'.repeat(32)}`
  const claims = [
    { key: `requestor/voucher/${chainId}/${settlement.payments}/${id}`, value: encodeJson(voucher) },
    { key: 'jobs/foreign', value: '' },
  ]
  return JSON.stringify({
    ...{ format: 'golem-backup/1', address: signer.address, createdAtMs: 1, key: hexOf(key), claims },
  })
}
/** Brings it in, and waits for the start that follows. */
async function bring(backup: string, leave: string | null): Promise<void> {
  hasStarted = Promise.withResolvers()
  await client.importWallet({ backup, password: null, leave })
  await hasStarted.promise
}

it('starts anew with claims of its own key, which never lower what it has', async () => {
  const key = Buffer.from((await readFile(join(home, 'key'), 'utf8')).trim(), 'hex')
  const backup = await backupOf(key, 5n)
  expect(await client.examineBackup({ backup, password: null })).toMatchObject({ address: own, leaves: null })
  await bring(backup, null)
  expect(await client.wallet()).toMatchObject({ address: own, spentWei: '5' })
  await bring(await backupOf(key, 3n), null)
  expect(await client.wallet()).toMatchObject({ address: own, spentWei: '5' })
  expect((await client.status()).jobs.total).toBe(0)
})

it('takes no other key unless it was said what stays behind, and none that is no key', async () => {
  const backup = await backupOf(newPrivateKey(), 7n)
  const { leaves } = await client.examineBackup({ backup, password: null })
  expect(leaves).toMatchObject({ address: own, walletWei: `${1_000n * 10n ** 18n}`, stakeWei: '0' })
  for (const leave of [null, payee]) {
    await expect(client.importWallet({ backup, password: null, leave })).rejects.toMatchObject({ code: 'KEY_EXISTS' })
  }
  for (const text of ['hello', '{}', '0'.repeat(64)]) {
    const asked = client.importWallet({ backup: text, password: null, leave: own })
    await expect(asked).rejects.toMatchObject({ code: 'BACKUP_INVALID' })
  }
  const short = client.importWallet({ backup, password: 'horse', leave: own })
  await expect(short).rejects.toMatchObject({ code: 'PASSWORD_SHORT' })
  expect([(await client.status()).address, await exists(`key-${own}`)]).toEqual([own, false])
})

it('is as it was before, and says why, where it does not come up with the other key', async () => {
  const key = newPrivateKey()
  unwanted = signerFromKey(key).address
  await bring(await backupOf(key, 7n), own)
  const { address, troubles } = await client.status()
  expect([address, troubles.map(({ code }) => code)]).toEqual([own, ['START_REFUSED']])
  expect(await client.wallet()).toMatchObject({ address: own, spentWei: '5' })
  expect((await readFile(join(home, 'key'), 'utf8')).includes(hexOf(key))).toBe(false)
})

it('works with another key and its claims, and comes back to the first with all that it had', async () => {
  const key = newPrivateKey()
  const { address } = signerFromKey(key)
  const first = await readFile(join(home, 'key'), 'utf8')
  const { url } = (await readApiFile(home)) ?? {}
  await bring(await backupOf(key, 7n), own)
  expect(await client.status()).toMatchObject({ address, troubles: [] })
  expect(await client.wallet()).toMatchObject({ address, spentWei: '7', walletWei: `${1_000n * 10n ** 18n}` })
  expect([(await readApiFile(home))?.url, await readFile(join(home, `key-${own}`), 'utf8')]).toEqual([url, first])

  // What was set aside is a file that can be chosen, too.
  await bring(first, address)
  expect(await client.wallet()).toMatchObject({ address: own, spentWei: '5' })
  expect(await readFile(join(home, `key-${address}`), 'utf8')).toContain(hexOf(key))
})

it('is on its chain as before, its key as it lay, where it does not come up on another one', async () => {
  const [{ now }, key] = [await client.chain(), await readFile(join(home, 'key'), 'utf8')]
  const other = await joinDevChain({ dir: join(folder, 'other') })
  try {
    const { token, payments } = other.settlement
    const wanted = { act: 'use', rpcUrl: other.rpcUrl, token, payments } as const
    await expect(client.changeChain({ ...wanted, password: null })).rejects.toMatchObject({ code: 'PASSWORD_MISSING' })
    await expect(client.changeChain({ ...wanted, password: 'horse' })).rejects.toMatchObject({ code: 'PASSWORD_SHORT' })
    const strange = client.changeChain({ ...wanted, token: payee, password: 'correct horse' })
    await expect(strange).rejects.toMatchObject({ code: 'CHAIN_MISMATCH' })
    unwanted = own
    hasStarted = Promise.withResolvers()
    await client.changeChain({ ...wanted, password: 'correct horse' })
    await hasStarted.promise
  } finally {
    await other.leave()
  }
  expect((await client.status()).troubles.map(({ code }) => code)).toEqual(['START_REFUSED'])
  const { chainId, token } = now
  expect(await client.chain()).toMatchObject({ now: { chainId, token }, kind: 'embedded', remembered: null })
  expect(await readFile(join(home, 'key'), 'utf8')).toBe(key)
  expect([await exists('keystore.json'), await exists('chain.json')]).toEqual([false, false])
})

it('runs otherwise from now on where that is asked, but for what its start named, and says what is wrong before', async () => {
  const change = async (asked: StartChange) => {
    hasStarted = Promise.withResolvers()
    await client.changeStart(asked)
    await hasStarted.promise
  }
  expect((await client.start()).named).toEqual(['listen', 'mdns'])
  await expect(client.changeStart({ mdns: true })).rejects.toMatchObject({ code: 'START_NAMED' })
  await expect(client.changeStart({ announce: ['here'] })).rejects.toMatchObject({ code: 'OPTIONS_INVALID' })
  expect(await exists('start.json')).toBe(false)

  await change({ relay: false, unpaidLimitWei: '7' })
  await change({ storageBytes: 60 * 1024 ** 3, unpaidLimitWei: null })
  const { settings } = await client.start()
  expect(settings).toMatchObject({ relay: false, storageBytes: 60 * 1024 ** 3, unpaidLimitWei: null, mdns: false })
  expect(JSON.parse(await readFile(join(home, 'start.json'), 'utf8'))).toEqual({
    relay: false,
    storageBytes: 60 * 1024 ** 3,
  })
})
