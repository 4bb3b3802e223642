import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { newPrivateKey, signerFromKey } from '@golem/protocol'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { keyFiles, openKey } from './open-key.ts'
import type { PasswordSource } from './password.ts'

const cost = { n: 2 ** 10, r: 8, p: 1 }
const never: PasswordSource = () => Promise.reject(new Error('nobody is asked'))
const says =
  (...words: string[]): PasswordSource =>
  async () =>
    words.shift() ?? 'no more words'

describe('openKey', () => {
  let home: string
  beforeEach(async () => {
    home = await mkdtemp(join(tmpdir(), 'golem-key-'))
  })
  afterEach(() => rm(home, { recursive: true }))

  const onDisk = async () => {
    const names = (await readdir(home)).sort()
    const texts = await Promise.all(names.map((name) => readFile(join(home, name), 'utf8')))
    return { names, text: texts.join('\n') }
  }
  const hexOf = (key: Uint8Array) => Buffer.from(key).toString('hex')

  it('makes a plain key for a development chain, without a password, and finds it again', async () => {
    const made = await openKey(home, { dev: true, password: never, cost })
    expect(await openKey(home, { dev: true, password: never, cost })).toEqual(made)
    expect(made.isEncrypted).toBe(false)
    expect((await onDisk()).names).toEqual(['key'])
    expect((await stat(keyFiles(home).plain)).mode & 0o777).toBe(0o600)
  })

  it('makes an encrypted key elsewhere, of which nothing lies in plain, and opens it with its password', async () => {
    const made = await openKey(home, { dev: false, password: says('correct horse'), cost })
    const { names, text } = await onDisk()
    expect(names).toEqual(['keystore.json'])
    expect(text).not.toContain(hexOf(made.key))
    expect(text).toContain(signerFromKey(made.key).address.slice(2))
    expect((await stat(keyFiles(home).encrypted)).mode & 0o777).toBe(0o600)
    expect(await openKey(home, { dev: false, password: says('correct horse'), cost })).toEqual(made)
  })

  it('encrypts a plain key the first time that there is money on its chain, and keeps the address', async () => {
    const plain = await openKey(home, { dev: true, password: never, cost })
    const encrypted = await openKey(home, { dev: false, password: says('correct horse'), cost })
    expect(hexOf(encrypted.key)).toBe(hexOf(plain.key))
    expect((await onDisk()).names).toEqual(['keystore.json'])
    // On a development chain, too, it is opened from then on.
    expect((await openKey(home, { dev: true, password: says('correct horse'), cost })).isEncrypted).toBe(true)
  })

  it('ends what a crash left between writing the keystore and removing the plain key', async () => {
    const { key } = await openKey(home, { dev: false, password: says('correct horse'), cost })
    await writeFile(keyFiles(home).plain, hexOf(key))
    await openKey(home, { dev: false, password: says('correct horse'), cost })
    expect((await onDisk()).names).toEqual(['keystore.json'])
  })

  it('asks again after a wrong password, three times in all', async () => {
    await openKey(home, { dev: false, password: says('correct horse'), cost })
    const good = says('incorrect', 'wrong again', 'correct horse')
    expect((await openKey(home, { dev: false, password: good, cost })).isEncrypted).toBe(true)
    const bad = says('incorrect', 'wrong again', 'and again', 'correct horse')
    await expect(openKey(home, { dev: false, password: bad, cost })).rejects.toMatchObject({ code: 'PASSWORD_WRONG' })
  })

  it('leaves everything as it is where no password is given', async () => {
    await openKey(home, { dev: true, password: never, cost })
    await expect(openKey(home, { dev: false, password: never, cost })).rejects.toThrow('nobody is asked')
    expect((await onDisk()).names).toEqual(['key'])
  })

  it('refuses files that are no keys, and does not write over them', async () => {
    await writeFile(keyFiles(home).plain, 'no key')
    await expect(openKey(home, { dev: true, password: never, cost })).rejects.toMatchObject({ code: 'KEY_INVALID' })
    await writeFile(keyFiles(home).encrypted, JSON.stringify({ version: 1 }))
    await expect(openKey(home, { dev: true, password: never, cost })).rejects.toMatchObject({ code: 'KEY_INVALID' })
    expect(await readFile(keyFiles(home).plain, 'utf8')).toBe('no key')
  })

  it('makes no other key where one is there that cannot be read', async () => {
    for (const name of ['plain', 'encrypted'] as const) {
      await mkdir(keyFiles(home)[name])
      await expect(openKey(home, { dev: true, password: never, cost })).rejects.toThrow('cannot be read')
    }
  })

  it('opens a key of before', async () => {
    const key = newPrivateKey()
    await writeFile(keyFiles(home).plain, `${hexOf(key)}\n`)
    expect(hexOf((await openKey(home, { dev: true, password: never, cost })).key)).toBe(hexOf(key))
  })
})
