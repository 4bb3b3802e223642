import type { Cid, PeerContact } from '@golem/protocol'
import { describe, expect, it } from 'vitest'
import type { Storage } from '../storage.ts'

/** Two storages that can reach each other, and a disk that both see. */
export type StoragePair = {
  alice: Storage
  bob: Storage
  aliceContact: PeerContact
  bobContact: PeerContact
  /** A peer that cannot be reached. */
  nobody: PeerContact
  /** Folders above a written file come with it. Paths begin with `folder`. */
  disk: {
    folder: string
    write(path: string, bytes: Uint8Array): Promise<void>
    makeFolder(path: string): Promise<void>
    /** Null where there is no file. */
    read(path: string): Promise<Uint8Array | null>
    /** Files and folders below a folder, relative, sorted, folders with a slash at their end; null where there is none. */
    list(path: string): Promise<string[] | null>
  }
  remove(): Promise<void>
}

const MAX = { maxBytes: 64 * 1024 * 1024 }
const ABSENT = 'bafkreigh2akiscaildcqabsyg3dfr6chu3fgpregiymsck7e7aqa4s52zy' as Cid

/** What every `Storage` does. `start` makes a pair whose storages each hold `maxBytes`. */
export function storageCompliance(name: string, start: (options: { maxBytes: number }) => Promise<StoragePair>): void {
  const using = async (body: (pair: StoragePair) => Promise<void>, maxBytes = MAX.maxBytes): Promise<void> => {
    const pair = await start({ maxBytes })
    try {
      await body(pair)
    } finally {
      await pair.alice.stop()
      await pair.bob.stop()
      await pair.remove()
    }
  }

  const writeTree = async ({ disk }: StoragePair, top = `${disk.folder}/tree`): Promise<string> => {
    await disk.write(`${top}/scene.blend`, noise(300_000, 1))
    await disk.write(`${top}/textures/wood.png`, noise(5_000, 2))
    await disk.write(`${top}/textures/Ünïcode ☃.png`, noise(10, 3))
    await disk.write(`${top}/textures/same.png`, noise(5_000, 2))
    await disk.write(`${top}/.hidden`, new Uint8Array())
    await disk.makeFolder(`${top}/empty`)
    return top
  }

  const expectSameTree = async ({ disk }: StoragePair, a: string, b: string): Promise<void> => {
    const names = (await disk.list(a)) ?? []
    expect(names.length).toBeGreaterThan(0)
    expect(await disk.list(b)).toEqual(names)
    for (const each of names.filter((path) => !path.endsWith('/'))) {
      const [left, right] = [await disk.read(`${a}/${each}`), await disk.read(`${b}/${each}`)]
      expect(Buffer.compare(left ?? new Uint8Array(1), right ?? new Uint8Array(2)), each).toBe(0)
    }
  }

  describe(`Storage: ${name}`, () => {
    it('gives equal content equal CIDs, and other content another', () =>
      using(async (pair) => {
        const { alice, bob, disk } = pair
        const bytes = noise(2_000, 1)
        await disk.write(`${disk.folder}/a/file`, bytes)
        const added = await alice.addBytes(bytes)
        expect(added.cid).toMatch(/^b[a-z2-7]{20,200}$/)
        expect(added.sizeBytes).toBe(2_000)
        expect(await bob.addPath(`${disk.folder}/a/file`)).toEqual(added)
        expect((await alice.addBytes(noise(2_000, 2))).cid).not.toBe(added.cid)

        const tree = await alice.addPath(await writeTree(pair))
        expect(tree.sizeBytes).toBe(310_010)
        const again = await writeTree(pair, `${disk.folder}/elsewhere`)
        expect(await bob.addPath(again)).toEqual(tree)
        await disk.write(`${again}/one more`, noise(1, 9))
        expect((await bob.addPath(again)).cid).not.toBe(tree.cid)
      }))

    it('writes a tree as it was read', () =>
      using(async (pair) => {
        const top = await writeTree(pair)
        const { cid } = await pair.alice.addPath(top)
        await pair.alice.materialise(cid, `${pair.disk.folder}/copy`)
        await expectSameTree(pair, top, `${pair.disk.folder}/copy`)
      }))

    it('writes a single file as a file', () =>
      using(async ({ alice, disk }) => {
        const { cid } = await alice.addBytes(noise(100, 1))
        await alice.materialise(cid, `${disk.folder}/file`)
        expect(await disk.read(`${disk.folder}/file`)).toEqual(noise(100, 1))
      }))

    it('does not write over what is there, and leaves it alone', () =>
      using(async ({ alice, disk }) => {
        const { cid } = await alice.addBytes(noise(100, 1))
        await disk.write(`${disk.folder}/file`, noise(5, 2))
        await expect(alice.materialise(cid, `${disk.folder}/file`)).rejects.toMatchObject({ code: 'TARGET_EXISTS' })
        expect(await disk.read(`${disk.folder}/file`)).toEqual(noise(5, 2))
      }))

    it('names a missing file', () =>
      using(async ({ alice, disk }) => {
        await expect(alice.addPath(`${disk.folder}/nothing`)).rejects.toMatchObject({ code: 'FILE_MISSING' })
      }))

    it('says what it has, and refuses to read or write what it has not', () =>
      using(async ({ alice, disk }) => {
        const { cid } = await alice.addBytes(noise(100, 1))
        expect(await alice.has(cid)).toBe(true)
        expect(await alice.has(ABSENT)).toBe(false)
        await expect(alice.readFile(ABSENT, MAX)).rejects.toMatchObject({ code: 'CONTENT_UNAVAILABLE' })
        await expect(alice.materialise(ABSENT, `${disk.folder}/x`)).rejects.toMatchObject({
          code: 'CONTENT_UNAVAILABLE',
        })
        expect(await disk.read(`${disk.folder}/x`)).toBeNull()
      }))

    it('reads a file whole, up to the allowed size', () =>
      using(async ({ alice }) => {
        const { cid } = await alice.addBytes(noise(3_000, 1))
        expect(await alice.readFile(cid, { maxBytes: 3_000 })).toEqual(noise(3_000, 1))
        await expect(alice.readFile(cid, { maxBytes: 2_999 })).rejects.toMatchObject({ code: 'CONTENT_TOO_LARGE' })
        const empty = await alice.addBytes(new Uint8Array())
        expect(await alice.readFile(empty.cid, { maxBytes: 0 })).toEqual(new Uint8Array())
      }))

    it('fetches a tree from another, who is asked only when something is missing', () =>
      using(async (pair) => {
        const { alice, bob, aliceContact, nobody, disk } = pair
        const top = await writeTree(pair)
        const { cid } = await alice.addPath(top)
        expect(await bob.has(cid)).toBe(false)
        await bob.fetch(cid, { from: [aliceContact], ...MAX })
        expect(await bob.has(cid)).toBe(true)
        await bob.materialise(cid, `${disk.folder}/fetched`)
        await expectSameTree(pair, top, `${disk.folder}/fetched`)
        await bob.fetch(cid, { from: [nobody], ...MAX })
        await bob.fetch(cid, { from: [], ...MAX })
      }))

    it('asks sources in turn until one has it', () =>
      using(async ({ alice, bob, aliceContact, bobContact, nobody }) => {
        const { cid } = await alice.addBytes(noise(1_000, 7))
        await bob.fetch(cid, { from: [nobody, bobContact, aliceContact], ...MAX })
        expect(await bob.readFile(cid, MAX)).toEqual(noise(1_000, 7))
      }))

    it('says so when nobody has it', () =>
      using(async ({ bob, aliceContact, nobody }) => {
        for (const from of [[], [nobody], [aliceContact], [nobody, aliceContact]]) {
          await expect(bob.fetch(ABSENT, { from, ...MAX })).rejects.toMatchObject({ code: 'CONTENT_UNAVAILABLE' })
        }
      }))

    it('refuses a larger tree than allowed, here already or not', () =>
      using(async (pair) => {
        const { cid, sizeBytes } = await pair.alice.addPath(await writeTree(pair))
        const from = [pair.aliceContact]
        const tight = { from, maxBytes: sizeBytes - 1 }
        await expect(pair.bob.fetch(cid, tight)).rejects.toMatchObject({ code: 'CONTENT_TOO_LARGE' })
        await pair.bob.fetch(cid, { from, maxBytes: sizeBytes })
        await expect(pair.bob.fetch(cid, tight)).rejects.toMatchObject({ code: 'CONTENT_TOO_LARGE' })
      }))

    it('throws the reason of an aborted signal', () =>
      using(async (pair) => {
        const top = await writeTree(pair)
        const signal = AbortSignal.abort(new Error('enough'))
        const { cid } = await pair.alice.addPath(top)
        await expect(pair.alice.addPath(top, { signal })).rejects.toThrow('enough')
        await expect(pair.bob.fetch(cid, { from: [pair.aliceContact], ...MAX, signal })).rejects.toThrow('enough')
        const target = `${pair.disk.folder}/aborted`
        await expect(pair.alice.materialise(cid, target, { signal })).rejects.toThrow('enough')
        expect(await pair.disk.list(target)).toBeNull()
      }))

    it('seals a tree with a key, and opens it for who has that key, and for nobody else', () =>
      using(async (pair) => {
        const { alice, bob, aliceContact, disk } = pair
        const [key, other] = [noise(32, 77), noise(32, 78)]
        const top = await writeTree(pair)
        const sealed = await alice.addPath(top, { contentKey: key })
        expect(await bob.addPath(top, { contentKey: key })).toEqual(sealed)
        const [plain, elsewise] = [await alice.addPath(top), await alice.addPath(top, { contentKey: other })]
        expect(new Set([sealed.cid, plain.cid, elsewise.cid]).size).toBe(3)

        await bob.fetch(sealed.cid, { from: [aliceContact], ...MAX })
        await bob.materialise(sealed.cid, `${disk.folder}/opened`, { contentKey: key })
        await expectSameTree(pair, top, `${disk.folder}/opened`)
        for (const [cid, contentKey] of [[sealed.cid, other] as const, [plain.cid, key] as const]) {
          const target = `${disk.folder}/not opened`
          await bob.fetch(cid, { from: [aliceContact], ...MAX })
          await expect(bob.materialise(cid, target, { contentKey })).rejects.toMatchObject({
            code: 'CONTENT_KEY_WRONG',
          })
          expect(await disk.list(target)).toBeNull()
        }

        await bob.materialise(sealed.cid, `${disk.folder}/as it lies`)
        const lies = (await disk.list(`${disk.folder}/as it lies`)) ?? ['']
        for (const name of lies) {
          const bytes = Buffer.from((await disk.read(`${disk.folder}/as it lies${name && `/${name}`}`)) ?? [])
          expect(bytes.indexOf(noise(300_000, 1).subarray(0, 16))).toBe(-1)
          expect(`${name}${bytes.toString('latin1')}`).not.toMatch(/scene|wood|textures/)
        }
      }))

    it('seals a single file, an empty one and an empty folder', () =>
      using(async ({ alice, disk }) => {
        const contentKey = noise(32, 77)
        await disk.write(`${disk.folder}/file`, noise(1_000, 1))
        await disk.write(`${disk.folder}/nothing`, new Uint8Array())
        await disk.makeFolder(`${disk.folder}/folder`)
        for (const name of ['file', 'nothing', 'folder']) {
          const { cid } = await alice.addPath(`${disk.folder}/${name}`, { contentKey })
          await alice.materialise(cid, `${disk.folder}/again ${name}`, { contentKey })
        }
        expect(
          Buffer.compare((await disk.read(`${disk.folder}/again file`)) ?? new Uint8Array(), noise(1_000, 1)),
        ).toBe(0)
        expect(await disk.read(`${disk.folder}/again nothing`)).toHaveLength(0)
        expect(await disk.list(`${disk.folder}/again folder`)).toEqual([])
      }))

    it('evicts what was used least recently, and never what is pinned', () =>
      using(async ({ alice }) => {
        const pinned = await alice.addBytes(noise(200_000, 1))
        await alice.pin(pinned.cid, 'job 1')
        await alice.pin(pinned.cid, 'job 2')
        await alice.unpin('job 1')
        const old = await alice.addBytes(noise(200_000, 2))
        for (let seed = 10; seed < 20; seed++) await alice.addBytes(noise(200_000, seed))
        const last = await alice.addBytes(noise(200_000, 3))
        expect(await alice.has(pinned.cid)).toBe(true)
        expect(await alice.has(old.cid)).toBe(false)
        expect(await alice.has(last.cid)).toBe(true)
        await alice.unpin('job 2')
        await alice.unpin('a job that never was')
        for (let seed = 10; seed < 20; seed++) await alice.addBytes(noise(200_000, seed))
        expect(await alice.has(pinned.cid)).toBe(false)
      }, 1_000_000))

    it('says that it is full when nothing may go, and works on when something may', () =>
      using(async (pair) => {
        const { alice, bob, aliceContact } = pair
        const kept = await Promise.all([1, 2, 3, 4].map((seed) => bob.addBytes(noise(200_000, seed))))
        for (const { cid } of kept) await bob.pin(cid, 'job')
        const wanted = await alice.addBytes(noise(300_000, 5))
        await expect(bob.addBytes(noise(300_000, 5))).rejects.toMatchObject({ code: 'STORAGE_FULL' })
        await expect(bob.addPath(await writeTree(pair))).rejects.toMatchObject({ code: 'STORAGE_FULL' })
        await expect(bob.fetch(wanted.cid, { from: [aliceContact], ...MAX })).rejects.toMatchObject({
          code: 'STORAGE_FULL',
        })
        for (const { cid } of kept) expect(await bob.has(cid)).toBe(true)
        await bob.unpin('job')
        await bob.fetch(wanted.cid, { from: [aliceContact], ...MAX })
        expect(await bob.has(wanted.cid)).toBe(true)
      }, 1_000_000))

    it('may be told to keep a tree before it has arrived', () =>
      using(async ({ alice, bob, aliceContact }) => {
        const { cid } = await alice.addBytes(noise(200_000, 1))
        await bob.pin(cid, 'job')
        await bob.fetch(cid, { from: [aliceContact], ...MAX })
        for (let seed = 10; seed < 20; seed++) await bob.addBytes(noise(200_000, seed))
        expect(await bob.has(cid)).toBe(true)
      }, 1_000_000))
  })
}

/** Bytes that no two seeds share and that do not compress. */
function noise(sizeBytes: number, seed: number): Uint8Array {
  const bytes = new Uint8Array(sizeBytes)
  let state = (seed * 2_654_435_761) >>> 0 || 1
  for (let i = 0; i < sizeBytes; i++) {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    bytes[i] = state
  }
  return bytes
}
