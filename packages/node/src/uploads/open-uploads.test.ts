import { mkdtemp, readdir, readFile, rm, utimes } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openUploads } from './open-uploads.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'golem-uploads-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const signal = new AbortController().signal
const file = (path: string, text: string, sizeBytes = Buffer.byteLength(text)) => ({
  path,
  sizeBytes,
  body: new Blob([text]).stream() as ReadableStream<Uint8Array>,
})
const start = (maxBytes?: number) =>
  openUploads({ folder, nowMs: Date.now(), ...(maxBytes === undefined ? {} : { maxBytes }) })

it('puts files where the page names them, and the later in the place of the earlier', async () => {
  const uploads = await start()
  const { id } = await uploads.open()
  const first = await uploads.put(id, file('scene.blend', 'one'), { signal })
  await uploads.put(id, file('textures/wood.png', 'wood'), { signal })
  expect(await uploads.put(id, file('scene.blend', 'two'), { signal })).toEqual(first)
  expect(first.path).toBe(join(folder, id, 'scene.blend'))
  expect(await readFile(first.path, 'utf8')).toBe('two')
  expect((await readdir(join(folder, id), { recursive: true })).sort()).toEqual([
    'scene.blend',
    'textures',
    'textures/wood.png',
  ])
  expect((await uploads.put(id, { path: 'empty', sizeBytes: 0, body: null }, { signal })).sizeBytes).toBe(0)
})

describe('refuses', () => {
  it.each(['../out.blend', '/', 'a/../../b', '.ssh/id', 'a/.b', 'a\\b', 'a\0b', `${'x'.repeat(300)}`])(
    'the path %j',
    async (path) => {
      const uploads = await start()
      const { id } = await uploads.open()
      await expect(uploads.put(id, file(path, 'x'), { signal })).rejects.toMatchObject({ code: 'UPLOAD_PATH' })
      expect(await readdir(join(folder, id))).toEqual([])
    },
  )

  it('an upload that was never opened', async () => {
    const uploads = await start()
    for (const id of ['..', '', '0'.repeat(24)])
      await expect(uploads.put(id, file('a', 'x'), { signal })).rejects.toMatchObject({ code: 'UPLOAD_UNKNOWN' })
  })

  it('more than its bound, all files together, and leaves nothing of what broke off', async () => {
    const uploads = await start(10)
    const { id } = await uploads.open()
    await uploads.put(id, file('a', '123456'), { signal })
    await expect(uploads.put(id, file('b', '12345'), { signal })).rejects.toMatchObject({ code: 'UPLOAD_TOO_LARGE' })
    await expect(uploads.put(id, file('c', '12345', 3), { signal })).rejects.toMatchObject({ code: 'UPLOAD_BROKEN' })
    await expect(uploads.put(id, file('d', '12', 3), { signal })).rejects.toMatchObject({ code: 'UPLOAD_BROKEN' })
    await uploads.put(id, file('a', '1234567890'), { signal })
    expect(await readdir(join(folder, id))).toEqual(['a'])
    // After a restart the bound holds as before.
    await expect((await start(10)).put(id, file('b', '1'), { signal })).rejects.toMatchObject({
      code: 'UPLOAD_TOO_LARGE',
    })
  })

  it('a file in the place of a folder', async () => {
    const uploads = await start()
    const { id } = await uploads.open()
    await uploads.put(id, file('a', 'x'), { signal })
    await expect(uploads.put(id, file('a/b', 'x'), { signal })).rejects.toMatchObject({ code: 'UPLOAD_PATH' })
  })
})

it('clears at the start what is older than a week', async () => {
  const uploads = await start()
  const [old, young] = [await uploads.open(), await uploads.open()]
  const then = new Date(Date.now() - 8 * 24 * 3_600_000)
  await utimes(join(folder, old.id), then, then)
  await start()
  expect(await readdir(folder)).toEqual([young.id])
})
