import { randomBytes } from 'node:crypto'
import { mkdir, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { blender } from './render-alone.ts'

/** Side of the wallpaper in pixels: 12 MB. */
const WALLPAPER_SIDE = 2_048

/** Makes the scenes of `scenes/make-scenes.py` in a folder. @returns where each is */
export async function makeScenes(folder: string) {
  await mkdir(folder, { recursive: true })
  await writeFile(join(folder, 'wallpaper.bmp'), noiseBitmap(WALLPAPER_SIDE))
  const script = resolve(import.meta.dirname, '../scenes/make-scenes.py')
  await blender(['-b', '--factory-startup', '--python-exit-code', '1', '--python', script, '--', folder])
  const scene = (name: string) => join(folder, `${name}.blend`)
  return {
    moving: scene('moving'),
    choices: scene('choices'),
    film: scene('film'),
    steps: scene('deep/down/steps'),
    wallpaper: scene('wallpaper'),
    wallpaperBytes: 3 * WALLPAPER_SIDE ** 2,
  }
}

/** The application's own fixtures. */
export const fixture = (name: string): string =>
  resolve(import.meta.dirname, `../../apps/blender/scenes/fixtures/${name}.blend`)

/** A square picture of random colours, which no packing makes smaller. Format: BITMAPINFOHEADER, 24 bits. */
function noiseBitmap(side: number): Buffer {
  const HEADER_BYTES = 54
  const header = Buffer.alloc(HEADER_BYTES)
  header.write('BM')
  header.writeUInt32LE(HEADER_BYTES + 3 * side * side, 2)
  header.writeUInt32LE(HEADER_BYTES, 10)
  header.writeUInt32LE(40, 14)
  header.writeInt32LE(side, 18)
  header.writeInt32LE(side, 22)
  header.writeUInt16LE(1, 26)
  header.writeUInt16LE(24, 28)
  return Buffer.concat([header, randomBytes(3 * side * side)])
}
