import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { cp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { asCid, type Cid } from '@golem/protocol'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { keystream } from '../../test/keystream.ts'
import { bytesOf, FETCH, peersForTests, type TestPeer } from '../../test/peers.ts'
import { createStorage } from './create-storage.ts'

const MIB = 1024 * 1024
let world: Awaited<ReturnType<typeof peersForTests>>
let alice: TestPeer
beforeEach(async () => {
  world = await peersForTests()
  alice = await world.peer()
})
afterEach(() => world.remove())

const blockFiles = async (path: string): Promise<string[]> =>
  (await readdir(join(path, 'blocks'), { recursive: true, withFileTypes: true }))
    .filter((each) => each.isFile())
    .map((each) => join(each.parentPath, each.name))

describe('after a restart', () => {
  it('content and pins are as before', async () => {
    const maxBytes = 6 * MIB
    const first = await world.peer({ maxBytes })
    const kept = await first.storage.addBytes(keystream('kept', 2 * MIB))
    await first.storage.pin(kept.cid, 'job')
    const loose = await first.storage.addBytes(keystream('loose', MIB))
    await first.storage.stop()

    const second = await world.peer({ maxBytes, path: first.path })
    expect(await second.storage.has(loose.cid)).toBe(true)
    for (let i = 0; i < 5; i++) await second.storage.addBytes(keystream(`${i}`, 2 * MIB))
    expect(await second.storage.has(loose.cid)).toBe(false)
    expect(Buffer.compare(await bytesOf(second.storage, kept.cid), keystream('kept', 2 * MIB))).toBe(0)
  })

  it('a fetch goes on where the last one stopped, also after kill -9', async () => {
    const { cid } = await alice.storage.addBytes(keystream('long', 20 * MIB))
    const bob = await world.peer()
    await bob.storage.fetch(cid, { from: [alice.contact], ...FETCH })
    await bob.storage.stop()
    // As it looks where a killed process had not yet taken some of it.
    const files = await blockFiles(bob.path)
    for (const file of files.slice(5)) await rm(file)
    const again = await world.peer({ path: bob.path })
    expect(await again.storage.has(cid)).toBe(false)
    await again.storage.fetch(cid, { from: [alice.contact], ...FETCH })
    expect(again.received.length).toBeGreaterThanOrEqual(files.length - 5)
    expect(again.received.length).toBeLessThanOrEqual(files.length - 5 + 1)
    expect(Buffer.compare(await bytesOf(again.storage, cid), keystream('long', 20 * MIB))).toBe(0)
  })
})

it('fetches anew what the disk spoiled, and never hands it out', async () => {
  const { cid } = await alice.storage.addBytes(keystream('rotten', 3 * MIB))
  const bob = await world.peer()
  await bob.storage.fetch(cid, { from: [alice.contact], ...FETCH })
  for (const file of await blockFiles(bob.path)) {
    const bytes = await readFile(file)
    await writeFile(file, bytes.fill(0, 0, 10))
  }
  await expect(bob.storage.materialise(cid, join(world.folder, 'out'))).rejects.toMatchObject({
    code: 'CONTENT_UNAVAILABLE',
  })
  expect((await readdir(world.folder)).filter((name) => name.includes('out'))).toEqual([])
  // Once one block is found out, all are looked at, so that one fetch repairs the tree.
  expect(await bob.storage.has(cid)).toBe(false)
  await bob.storage.fetch(cid, { from: [alice.contact], ...FETCH })
  expect(Buffer.compare(await bytesOf(bob.storage, cid), keystream('rotten', 3 * MIB))).toBe(0)
})

it('does not serve what its disk spoiled: it says that it has it not', async () => {
  const { cid } = await alice.storage.addBytes(keystream('rotten', 3 * MIB))
  for (const file of await blockFiles(alice.path)) if (!file.endsWith(cid)) await writeFile(file, Buffer.alloc(MIB))
  const bob = await world.peer()
  await expect(bob.storage.fetch(cid, { from: [alice.contact], ...FETCH })).rejects.toMatchObject({
    message: expect.stringContaining('does not have'),
  })
  expect(bob.liars).toEqual([])
})

it('evicts nothing of a tree that is being fetched or written', async () => {
  const { cid } = await alice.storage.addBytes(keystream('in use', 10 * MIB))
  const bob = await world.peer({ maxBytes: 14 * MIB })
  let added = 0
  const amidNoise = async (work: Promise<void>) => {
    let isDone = false
    const noise = async () => {
      while (!isDone) await bob.storage.addBytes(keystream(`noise ${added++}`, MIB))
    }
    await Promise.all([noise(), noise(), work.finally(() => (isDone = true))])
  }
  await amidNoise(bob.storage.fetch(cid, { from: [alice.contact], ...FETCH }))
  await bob.storage.fetch(cid, { from: [alice.contact], ...FETCH })
  await amidNoise(bob.storage.materialise(cid, join(world.folder, 'out')))
  // More than fits beside the tree: others were evicted meanwhile.
  expect(added).toBeGreaterThan(5)
  expect((await readFile(join(world.folder, 'out'))).length).toBe(10 * MIB)
})

it('is whole after kill -9 in the middle of adding and pinning, with no pin lost that was given', async () => {
  const path = join(world.folder, 'killed')
  await cp(alice.path, path, { recursive: true })
  const at = (file: string) => JSON.stringify(new URL(file, import.meta.url).href)
  const program = `
    import { createStorage } from ${at('./create-storage.ts')}
    import { memoryGrid } from '@golem/ports/memory'
    import { randomBytes } from 'node:crypto'
    const network = memoryGrid().join({ address: '0x${'ab'.repeat(20)}' })
    const storage = await createStorage({ network }, { path: ${JSON.stringify(path)}, maxBytes: 500e6 })
    for (;;) {
      const { cid } = await storage.addBytes(randomBytes(1_500_000))
      await storage.pin(cid, 'job')
      console.log(cid)
    }`
  const child = spawn(process.execPath, ['--input-type=module-typescript', '-e', program], {
    cwd: import.meta.dirname,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const ended = once(child, 'exit')
  const pinned: Cid[] = []
  for await (const line of createInterface({ input: child.stdout })) {
    pinned.push(asCid(line))
    if (pinned.length === 5) child.kill('SIGKILL')
  }
  await ended
  // So little that everything unpinned must go.
  const after = await world.peer({ path, maxBytes: 16 * MIB })
  for (let i = 0; i < 10; i++) await after.storage.addBytes(keystream(`${i}`, MIB))
  for (const cid of pinned) expect((await bytesOf(after.storage, cid)).length).toBe(1_500_000)
})

it('says so where its folder cannot be used', async () => {
  const file = join(world.folder, 'file')
  await writeFile(file, '')
  const broken = createStorage({ network: world.join() }, { path: join(file, 'below'), maxBytes: MIB })
  await expect(broken).rejects.toMatchObject({ code: 'STORAGE_FAILED', message: expect.stringContaining('ENOTDIR') })
})
