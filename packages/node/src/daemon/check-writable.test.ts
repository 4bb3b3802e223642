import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { checkWritable } from './check-writable.ts'

describe('checkWritable', () => {
  let folder: string
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'golem-writable-'))
  })
  afterAll(() => rm(folder, { recursive: true }))

  it('accepts a folder that can be made, and leaves nothing behind', async () => {
    await checkWritable(join(folder, 'a/b/c'))
    expect(await readdir(folder)).toEqual([])
  })

  it('refuses a path through a file', async () => {
    await writeFile(join(folder, 'file'), '')
    await expect(checkWritable(join(folder, 'file/out'))).rejects.toMatchObject({ code: 'FOLDER_UNWRITABLE' })
  })

  it('refuses what takes no files, even of root', async () => {
    await expect(checkWritable('/proc/golem')).rejects.toMatchObject({ code: 'FOLDER_UNWRITABLE' })
  })
})
