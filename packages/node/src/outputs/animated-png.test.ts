import sharp from 'sharp'
import { expect, it } from 'vitest'
import { animatedPng } from './animated-png.ts'

const SIDE = 8
const picture = (red: number, side = SIDE) =>
  sharp({ create: { width: side, height: side, channels: 3, background: { r: red, g: 10, b: 20 } } })
    .png()
    .toBuffer()
const join = async (pictures: Uint8Array[], fps = 25) => {
  const read = async (index: number) => pictures[index] as Uint8Array
  return Buffer.concat(await Array.fromAsync(animatedPng({ count: pictures.length, fps }, read)))
}
const kinds = (png: Buffer) => {
  const found: string[] = []
  for (let at = 8; at < png.length; at += 12 + png.readUInt32BE(at)) found.push(png.toString('latin1', at + 4, at + 8))
  return found
}

it('shows the first frame where no animation is known, and holds all of them in order', async () => {
  const frames = [await picture(1), await picture(2), await picture(3)]
  const animated = await join(frames)
  const plain = await sharp(animated).raw().toBuffer()
  expect(plain.equals(await sharp(frames[0]).raw().toBuffer())).toBe(true)
  expect(kinds(animated).filter((kind) => ['IHDR', 'acTL', 'fcTL', 'IDAT', 'fdAT', 'IEND'].includes(kind))).toEqual([
    ...['IHDR', 'acTL', 'fcTL', 'IDAT', 'fcTL', 'fdAT', 'fcTL', 'fdAT', 'IEND'],
  ])
})

it('refuses what cannot be joined', async () => {
  const wrong = [
    [await picture(1), await picture(1, 9)],
    [Buffer.from('no picture')],
    [(await picture(1)).subarray(0, 60)],
  ]
  for (const pictures of wrong) await expect(join(pictures)).rejects.toMatchObject({ code: 'ANIMATION_IMPOSSIBLE' })
})
