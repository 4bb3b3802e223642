import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { asAddress, encodeJson, newPrivateKey, signerFromKey, signVoucher } from '@golem/protocol'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { openHomeStore, openState } from '../store/open-state.ts'
import { bringIn } from './bring-in.ts'
import { readClaims } from './claims.ts'
import { keyOnDisk, putKeyOnDisk, readKeyOnDisk, setKeyAside } from './key-on-disk.ts'
import { encryptKey, keyFiles, openKey } from './open-key.ts'

const cost = { n: 2 ** 10, r: 8, p: 1 }
const PASSWORD = 'correct horse'
const password = async () => PASSWORD
const payments = asAddress(`0x${'aa'.repeat(20)}`)
const payee = asAddress(`0x${'bb'.repeat(20)}`)

const somebody = () => {
  const key = newPrivateKey()
  const signer = signerFromKey(key)
  const channel = { requestor: signer.address, payee, author: payee, royaltyBps: 0 }
  const claim = (amountWei: bigint) => ({
    key: `requestor/voucher/1/${payments}/0x01`,
    value: encodeJson(signVoucher(signer, { chainId: 1, verifyingContract: payments }, channel, amountWei)),
  })
  return { key, address: signer.address, claim, hex: `${Buffer.from(key).toString('hex')}\n` }
}

let home: string
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'golem-bring-'))
})
afterEach(() => rm(home, { recursive: true }))

const inState = <T>(
  address: ReturnType<typeof somebody>['address'],
  act: (store: ReturnType<typeof openState>) => T,
) => {
  const first = openHomeStore(home)
  const store = openState(home, first, address)
  try {
    return act(store)
  } finally {
    store.close()
    first.close()
  }
}
const opened = () => openKey(home, { dev: true, password, cost })

it('puts another key in the place of the present one, of which nothing is lost', async () => {
  const [ada, bob] = [somebody(), somebody()]
  await writeFile(keyFiles(home).plain, ada.hex)
  inState(ada.address, (store) =>
    store.commit([
      { put: ada.claim(5n).key, value: ada.claim(5n).value },
      { put: 'app-session/1', value: '{}' },
      { put: 'jobs/1', value: '' },
    ]),
  )
  const keystore = await encryptKey(bob.key, PASSWORD, cost)
  await bringIn(home, ada.address, { key: bob.key, keystore, claims: [bob.claim(7n)] })

  expect(Buffer.from((await opened()).key)).toEqual(Buffer.from(bob.key))
  const aside = join(home, `key-${ada.address}`)
  expect([await readFile(aside, 'utf8'), (await readdir(home)).includes('key')]).toEqual([ada.hex, false])
  // What a browser was let in by is of the machine; jobs and promises are of the key.
  expect(inState(bob.address, (store) => [readClaims(store), store.list('jobs/'), store.list('app-session/')])).toEqual(
    [[bob.claim(7n)], [], [{ key: 'app-session/1', value: '{}' }]],
  )
  expect(inState(ada.address, (store) => [readClaims(store), store.list('jobs/').length])).toEqual([[ada.claim(5n)], 1])

  // And back again, with what was promised meanwhile.
  await bringIn(home, bob.address, { key: ada.key, keystore: null, claims: [] })
  expect(Buffer.from((await opened()).key)).toEqual(Buffer.from(ada.key))
  expect(JSON.parse(await readFile(join(home, `keystore-${bob.address}.json`), 'utf8'))).toEqual(keystore)
  expect(inState(ada.address, readClaims)).toEqual([ada.claim(5n)])
})

it('brings claims of the present key beside those that are there, and leaves its file as it is', async () => {
  const ada = somebody()
  await writeFile(keyFiles(home).plain, ada.hex)
  inState(ada.address, (store) => store.commit([{ put: ada.claim(9n).key, value: ada.claim(9n).value }]))
  const keystore = await encryptKey(ada.key, PASSWORD, cost)
  await bringIn(home, ada.address, { key: ada.key, keystore, claims: [ada.claim(5n)] })
  expect(inState(ada.address, readClaims)).toEqual([ada.claim(9n)])
  await bringIn(home, ada.address, { key: ada.key, keystore, claims: [ada.claim(11n)] })
  expect(inState(ada.address, readClaims)).toEqual([ada.claim(11n)])
  expect((await readdir(home)).filter((name) => name.startsWith('key'))).toEqual(['key'])
})

it('sets a key aside under a name that nothing else has, however often', async () => {
  const ada = somebody()
  const files = keyFiles(home)
  await putKeyOnDisk(home, keyOnDisk(ada.key, await encryptKey(ada.key, PASSWORD, cost)))
  const first = await setKeyAside(home, ada.address)
  expect(await setKeyAside(home, ada.address)).toBe(first)
  const before = await readFile(first, 'utf8')
  await putKeyOnDisk(home, keyOnDisk(ada.key, await encryptKey(ada.key, 'another horse', cost)))
  const second = await setKeyAside(home, ada.address)
  expect(second).toBe(join(home, `keystore-${ada.address}-2.json`))
  expect([await readFile(first, 'utf8'), await readFile(second, 'utf8')]).toEqual([
    before,
    await readFile(files.encrypted, 'utf8'),
  ])
  expect((await stat(second)).mode & 0o777).toBe(0o600)
})

it.each([
  ['a plain key by an encrypted one', false, true],
  ['an encrypted key by a plain one', true, false],
])('opens with one of both, wherever a crash ends replacing %s', async (_, wasEncrypted, isEncrypted) => {
  const [ada, bob] = [somebody(), somebody()]
  const made = async (one: typeof ada, encrypted: boolean) =>
    keyOnDisk(one.key, encrypted ? await encryptKey(one.key, PASSWORD, cost) : null)
  const [before, after] = [await made(ada, wasEncrypted), await made(bob, isEncrypted)]
  await putKeyOnDisk(home, before)
  const aside = await setKeyAside(home, ada.address)
  // Both files lie there between the two steps.
  const files = keyFiles(home)
  if ('encrypted' in after) await writeFile(files.encrypted, after.encrypted)
  else await writeFile(files.plain, after.plain)
  const found = Buffer.from((await opened()).key)
  expect([Buffer.from(ada.key), Buffer.from(bob.key)]).toContainEqual(found)
  expect(await readFile(aside, 'utf8')).toBe('encrypted' in before ? before.encrypted : before.plain)
  await putKeyOnDisk(home, after)
  expect(await readKeyOnDisk(home)).toEqual(after)
})
