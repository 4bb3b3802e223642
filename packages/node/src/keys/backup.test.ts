import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { memoryStore } from '@golem/ports/memory'
import { asAddress, encodeJson, newPrivateKey, signerFromKey, signVoucher } from '@golem/protocol'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openStore } from '../store/open-store.ts'
import { readBackup, writeBackup } from './backup.ts'
import { readClaims } from './claims.ts'
import { exportBackup } from './export-backup.ts'
import { importBackup } from './import-backup.ts'
import { encryptKey, keyFiles, openKey, writeKeystore } from './open-key.ts'

const cost = { n: 2 ** 10, r: 8, p: 1 }
const PASSWORD = 'correct horse'
const password = async () => PASSWORD
const key = newPrivateKey()
const signer = signerFromKey(key)
const hex = Buffer.from(key).toString('hex')
const payee = asAddress(`0x${'bb'.repeat(20)}`)
const channel = { requestor: signer.address, payee, author: payee, royaltyBps: 0 }
const scope = `1/0x${'aa'.repeat(20)}`
const voucherOf = (amountWei: bigint) =>
  signVoucher(signer, { chainId: 1, verifyingContract: asAddress(`0x${'aa'.repeat(20)}`) }, channel, amountWei)
const promised = (amountWei: bigint) => ({
  put: `requestor/voucher/${scope}/0x01`,
  value: encodeJson(voucherOf(amountWei)),
})
const held = (amountWei: bigint, paidWei = 0n) => ({
  put: `provider/${scope}/account/0x02`,
  value: encodeJson({
    key: channel,
    owedWei: amountWei,
    voucher: voucherOf(amountWei),
    paidWei,
    collectedWei: paidWei,
    fundings: [],
  }),
})

describe('a backup', () => {
  let folder: string
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'golem-backup-'))
  })
  afterEach(() => rm(folder, { recursive: true }))

  const at = (name: string) => join(folder, name)
  const claims = [{ key: promised(5n).put, value: promised(5n).value }]

  it.each([
    ['encrypted', PASSWORD],
    ['plain', null],
  ])('%s gives back key and claims', async (_, under) => {
    await writeBackup(at('b'), { key, claims }, { password: under, cost })
    const read = await readBackup(at('b'), password)
    expect([Buffer.from(read.key).toString('hex'), read.claims]).toEqual([hex, claims])
    expect((await stat(at('b'))).mode & 0o777).toBe(0o600)
    const text = await readFile(at('b'), 'utf8')
    expect(text.includes(hex)).toBe(under === null)
    expect(text.includes('requestor/voucher')).toBe(under === null)
  })

  it('replaces no file, and leaves nothing half written', async () => {
    await writeFile(at('b'), 'precious')
    await expect(writeBackup(at('b'), { key, claims }, { password: null })).rejects.toMatchObject({
      code: 'FILE_EXISTS',
    })
    await expect(writeBackup(at('none/b'), { key, claims }, { password: null })).rejects.toMatchObject({
      code: 'FOLDER_UNWRITABLE',
    })
    expect([await readdir(folder), await readFile(at('b'), 'utf8')]).toEqual([['b'], 'precious'])
  })

  it('is told from other files, and from wrong passwords', async () => {
    await writeFile(at('text'), 'hello')
    await writeFile(at('json'), '{"format":"golem-backup/1"}')
    for (const name of ['text', 'json'])
      await expect(readBackup(at(name), password)).rejects.toMatchObject({ code: 'BACKUP_INVALID' })
    await expect(readBackup(at('none'), password)).rejects.toMatchObject({ code: 'FILE_MISSING' })
    await writeBackup(at('b'), { key, claims }, { password: PASSWORD, cost })
    await expect(readBackup(at('b'), async () => 'wrong horse')).rejects.toMatchObject({ code: 'PASSWORD_WRONG' })
  })

  it.each([
    ['encrypted', PASSWORD],
    ['plain', null],
  ])('%s is refused with a claim that no node could start from', async (_, under) => {
    const newer = [...claims, { key: held(7n).put, value: '{"newer":1}' }]
    await writeBackup(at('b'), { key, claims: newer }, { password: under, cost })
    await expect(readBackup(at('b'), password)).rejects.toMatchObject({
      code: 'BACKUP_INVALID',
      message: expect.stringContaining(held(7n).put),
    })
  })

  it('is also a keystore of another program, which has a key alone', async () => {
    await writeFile(at('wallet'), JSON.stringify(await encryptKey(key, PASSWORD, cost)))
    const read = await readBackup(at('wallet'), password)
    expect([Buffer.from(read.key).toString('hex'), read.claims]).toEqual([hex, []])
  })

  describe('of a home', () => {
    const homeWith = async (name: string, changes: { put: string; value: string }[]) => {
      const home = at(name)
      await mkdir(home)
      const store = openStore(join(home, 'state.db'))
      store.commit(changes)
      store.close()
      return home
    }
    const claimsIn = (home: string) => {
      const store = openStore(join(home, 'state.db'))
      const found = readClaims(store)
      store.close()
      return found
    }

    it('restores its claims in another one, which has the same address and password then', async () => {
      const home = await homeWith('one', [promised(5n), held(7n), { put: 'jobs/1', value: '{}' }])
      await writeKeystore(keyFiles(home).encrypted, await encryptKey(key, PASSWORD, cost))
      const opened = await openKey(home, { dev: false, password, cost })
      const store = openStore(join(home, 'state.db'))
      const asked = { path: at('b'), password: PASSWORD, plain: false }
      const exported = await exportBackup({ home, store, opened }, asked, { cost })
      store.close()
      expect(exported).toEqual({ path: at('b'), address: signer.address, claims: 2, encrypted: true })

      const other = await homeWith('two', [])
      expect(await importBackup({ home: other, password }, at('b'))).toEqual({
        address: signer.address,
        claims: 2,
        encrypted: true,
      })
      expect(claimsIn(other)).toEqual(claimsIn(home))
      const again = await openKey(other, { dev: false, password, cost })
      expect(Buffer.from(again.key).toString('hex')).toBe(hex)
    })

    it('gives nothing to who does not know the password of the key', async () => {
      const home = await homeWith('one', [])
      await writeKeystore(keyFiles(home).encrypted, await encryptKey(key, PASSWORD, cost))
      const opened = { key, isEncrypted: true }
      const ask = (given: string | null) =>
        exportBackup({ home, store: memoryStore(), opened }, { path: at('b'), password: given, plain: true }, { cost })
      await expect(ask(null)).rejects.toMatchObject({ code: 'PASSWORD_MISSING' })
      await expect(ask('wrong horse')).rejects.toMatchObject({ code: 'PASSWORD_WRONG' })
      expect(await readdir(folder)).toEqual(['one'])
      expect(await ask(PASSWORD)).toMatchObject({ encrypted: false })
    })

    it('never lowers what a home promised or holds', async () => {
      const home = await homeWith('one', [promised(9n), held(3n, 2n)])
      await writeFile(keyFiles(home).plain, hex)
      const old = [promised(5n), held(7n, 1n)].map(({ put, value }) => ({ key: put, value }))
      await writeBackup(at('b'), { key, claims: old }, { password: null })
      expect(await importBackup({ home, password }, at('b'))).toMatchObject({ claims: 1 })
      const byKey = Object.fromEntries(claimsIn(home).map((each) => [each.key.split('/')[0], JSON.parse(each.value)]))
      expect(byKey.requestor).toMatchObject({ amountWei: '9' })
      expect(byKey.provider).toMatchObject({ owedWei: '7', paidWei: '1', voucher: { amountWei: '7' } })
    })

    it('writes over no other key', async () => {
      const home = await homeWith('one', [])
      const mine = Buffer.from(newPrivateKey()).toString('hex')
      await writeFile(keyFiles(home).plain, mine)
      await writeBackup(at('b'), { key, claims }, { password: null })
      await expect(importBackup({ home, password }, at('b'))).rejects.toMatchObject({ code: 'KEY_EXISTS' })
      expect([await readFile(keyFiles(home).plain, 'utf8'), claimsIn(home)]).toEqual([mine, []])
    })

    it('knows a key of another program by its address, though its file does not tell it', async () => {
      const { address: _, ...anonymous } = await encryptKey(key, PASSWORD, cost)
      await writeFile(at('wallet'), JSON.stringify(anonymous))
      const home = await homeWith('one', [])
      for (let time = 0; time < 2; time++) {
        const imported = await importBackup({ home, password }, at('wallet'))
        expect(imported).toEqual({ address: signer.address, claims: 0, encrypted: true })
      }
    })

    it('takes only claims from a file, whatever else stands there', async () => {
      const home = await homeWith('one', [])
      const foreign = [
        { key: 'jobs/1', value: '{}' },
        { key: 'requestor/unknown/1', value: '{}' },
      ]
      await writeBackup(at('b'), { key, claims: foreign }, { password: null })
      expect(await importBackup({ home, password }, at('b'))).toMatchObject({ claims: 0, encrypted: false })
    })
  })
})
