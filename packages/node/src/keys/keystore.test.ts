import { describe, expect, it } from 'vitest'
import { decryptSecret, encryptSecret, keystore } from './keystore.ts'

const QUICK = { n: 2 ** 10, r: 8, p: 1 }
const PASSWORD = 'testpassword'
const KEY = '7a28b5ba57c53603b0b07b56bba752f7784bf506fa95edc395f5cf6c7514fe9d'

/** The test vectors of the format's definition. */
const vectors = {
  scrypt: {
    crypto: {
      cipher: 'aes-128-ctr',
      cipherparams: { iv: '83dbcc02d8ccb40e466191a123791e0e' },
      ciphertext: 'd172bf743a674da9cdad04534d56926ef8358534d458fffccd4e6ad2fbde479c',
      kdf: 'scrypt',
      kdfparams: {
        dklen: 32,
        n: 262_144,
        p: 8,
        r: 1,
        salt: 'ab0c7876052600dd703518d6fc3fe8984592145b591fc8fb5c6d43190334ba19',
      },
      mac: '2103ac29920d71da29f15d75b4a16dbe95cfd7ff8faea1056c33131d846e3097',
    },
    id: '3198bc9c-6672-5ab3-d995-4942343ae5b6',
    version: 3,
  },
  pbkdf2: {
    crypto: {
      cipher: 'aes-128-ctr',
      cipherparams: { iv: '6087dab2f9fdbbfaddc31a909735c1e6' },
      ciphertext: '5318b4d5bcd28de64ee5559e671353e16f075ecae9f99c7a79a38af5f869aa46',
      kdf: 'pbkdf2',
      kdfparams: {
        c: 262_144,
        dklen: 32,
        prf: 'hmac-sha256',
        salt: 'ae3cd4e7013836a3df6bd7241b12db061dbe2c6785853cce422d148a624ce0bd',
      },
      mac: '517ead924a9d0dc3124507e3393d175ce3ff7c1e96529c6c555ce9e51205e9b2',
    },
    id: '3198bc9c-6672-5ab3-d995-4942343ae5b6',
    version: 3,
  },
}

describe('a keystore (Web3 Secret Storage, version 3)', () => {
  it.each(Object.entries(vectors))('opens the test vector of %s', async (_, vector) => {
    const key = await decryptSecret(keystore.parse(vector), PASSWORD)
    expect(Buffer.from(key).toString('hex')).toBe(KEY)
  })

  it('gives back what was put in, of any length, and never in plain', async () => {
    for (const secret of [Buffer.from(KEY, 'hex'), Buffer.from('x'.repeat(5_000)), Buffer.alloc(0)]) {
      const file = await encryptSecret(secret, 'a password', QUICK)
      expect(Buffer.from(await decryptSecret(file, 'a password'))).toEqual(secret)
      if (secret.length > 0) expect(JSON.stringify(file)).not.toContain(secret.toString('hex'))
    }
  })

  it('is another file each time', async () => {
    const secret = Buffer.from(KEY, 'hex')
    const [one, two] = [await encryptSecret(secret, PASSWORD, QUICK), await encryptSecret(secret, PASSWORD, QUICK)]
    expect(one.crypto.ciphertext).not.toBe(two.crypto.ciphertext)
  })

  it('tells a wrong password, and a changed file, from a right one', async () => {
    const file = await encryptSecret(Buffer.from(KEY, 'hex'), PASSWORD, QUICK)
    await expect(decryptSecret(file, 'testpassworD')).rejects.toMatchObject({ code: 'PASSWORD_WRONG' })
    const ciphertext = file.crypto.ciphertext.replace(/^../, (byte) => (byte === '00' ? '11' : '00'))
    const changed = { ...file, crypto: { ...file.crypto, ciphertext } }
    await expect(decryptSecret(changed, PASSWORD)).rejects.toMatchObject({ code: 'PASSWORD_WRONG' })
  })

  it('does not let a file ask for all memory or a day', async () => {
    const { scrypt, pbkdf2 } = vectors
    const hungry = { ...scrypt.crypto, kdfparams: { ...scrypt.crypto.kdfparams, n: 2 ** 30 } }
    const slow = { ...pbkdf2.crypto, kdfparams: { ...pbkdf2.crypto.kdfparams, c: 2 ** 31 } }
    for (const crypto of [hungry, slow]) {
      const file = keystore.parse({ ...scrypt, crypto })
      await expect(decryptSecret(file, PASSWORD)).rejects.toMatchObject({ code: 'KEY_INVALID' })
    }
  })
})
