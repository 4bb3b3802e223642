import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { columnsFor, writeContactSheet } from './contact-sheet.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'golem-sheet-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

it('leaves few holes', () => {
  expect([1, 2, 4, 12, 24].map(columnsFor)).toEqual([1, 2, 2, 4, 6])
})

it('puts every frame in its place, in order of their names', async () => {
  const colors = ['#ff0000', '#00ff00', '#0000ff']
  const files = ['a_1.png', 'a_2.png', 'a_3.png']
  for (const [i, background] of colors.entries()) {
    await sharp({ create: { width: 32, height: 18, channels: 3, background } })
      .png()
      .toFile(join(folder, files[i] as string))
  }
  const path = await writeContactSheet(folder, ['a.mp4', ...files.toReversed()])
  const { data, info } = await sharp(path as string)
    .raw()
    .toBuffer({ resolveWithObject: true })
  const columns = columnsFor(3)
  const centre = (i: number) => {
    const x = 6 + (i % columns) * 38 + 16
    const y = 6 + Math.floor(i / columns) * 24 + 9
    return [...data.subarray((y * info.width + x) * 3, (y * info.width + x) * 3 + 3)]
  }
  expect([0, 1, 2].map(centre)).toEqual([
    [255, 0, 0],
    [0, 255, 0],
    [0, 0, 255],
  ])
})

it('makes none where there are no pictures', async () => {
  expect(await writeContactSheet(folder, ['a_0001.exr', 'a.mp4'])).toBeNull()
})
