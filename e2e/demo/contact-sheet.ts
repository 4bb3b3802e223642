import { join } from 'node:path'
import sharp from 'sharp'

const WIDTH = 1920
const GAP = 6
/** A sheet shows at most so many frames, evenly picked: more would be too small to see. */
const MOST = 48
const BACKGROUND = { r: 12, g: 13, b: 15 }
/** What sharp reads; EXR frames hold light, not a picture. */
const PICTURE = /\.(png|jpe?g|tiff?)$/i

/**
 * Puts the frames among `outputs` (relative to `folder`) on one picture, in a grid.
 *
 * @returns the file, or null where there are no pictures
 */
export async function writeContactSheet(folder: string, outputs: readonly string[]): Promise<string | null> {
  const pictures = outputs.filter((file) => PICTURE.test(file)).sort()
  const [first] = pictures
  if (first === undefined) return null
  const { width, height } = await sharp(join(folder, first)).metadata()
  const shown = pick(pictures, MOST)
  const columns = columnsFor(shown.length)
  const cell = Math.min(width, Math.floor((WIDTH - GAP) / columns) - GAP)
  const size = { width: cell, height: Math.max(1, Math.round((cell * height) / width)) }
  const cells = shown.map(async (file, i) => ({
    input: await sharp(join(folder, file)).resize(size).removeAlpha().toColourspace('srgb').png().toBuffer(),
    left: GAP + (i % columns) * (size.width + GAP),
    top: GAP + Math.floor(i / columns) * (size.height + GAP),
  }))
  const rows = Math.ceil(shown.length / columns)
  const sheet = {
    width: GAP + columns * (size.width + GAP),
    height: GAP + rows * (size.height + GAP),
    channels: 3 as const,
    background: BACKGROUND,
  }
  const path = join(folder, 'contact-sheet.png')
  await sharp({ create: sheet })
    .composite(await Promise.all(cells))
    .removeAlpha()
    .png()
    .toFile(path)
  return path
}

/** About as many columns as rows, with as few holes as can be. */
export function columnsFor(count: number): number {
  const least = Math.ceil(Math.sqrt(count))
  const choices = [least, least + 1, least + 2].filter((columns) => columns <= Math.max(count, least))
  const holes = (columns: number) => (columns - (count % columns)) % columns
  return choices.reduce((best, columns) => (holes(columns) < holes(best) ? columns : best), least)
}

function pick(files: readonly string[], most: number): string[] {
  const step = Math.max(1, (files.length - 1) / (most - 1))
  const count = Math.min(files.length, most)
  return Array.from({ length: count }, (_, i) => files[Math.round(i * step)] as string)
}
