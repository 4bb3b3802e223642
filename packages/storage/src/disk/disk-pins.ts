import { mkdir, open, readdir, readFile, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import type { CID } from 'multiformats/cid'
import { parseBlockCid } from '../blocks/block-cid.ts'
import { createPins, type Pins } from '../pins.ts'
import { diskError } from './disk-error.ts'

/**
 * Pins as files: one an owner, named by it in hex, a CID a line. Pinning appends a line; letting go removes the file.
 * A line that a power cut left half is ignored.
 */
export async function diskPins(path: string): Promise<Pins> {
  const folder = join(path, 'pins')
  const fileOf = (owner: string): string => join(folder, Buffer.from(owner).toString('hex'))
  const inWords = (work: Promise<void>): Promise<void> =>
    work.catch((cause) => {
      throw diskError(folder, cause)
    })

  await mkdir(folder, { recursive: true })
  const stored = await Promise.all(
    (await readdir(folder)).map(async (file) => {
      const lines = (await readFile(join(folder, file), 'utf8')).split('\n')
      return [Buffer.from(file, 'hex').toString(), lines.flatMap(readLine)] as const
    }),
  )
  return createPins({
    stored,
    append: (owner, root) => inWords(append(fileOf(owner), root)),
    remove: (owner) => inWords(unlink(fileOf(owner))),
  })
}

async function append(path: string, root: CID): Promise<void> {
  const file = await open(path, 'a', 0o600)
  try {
    // A line of its own, even after half a line.
    await file.writeFile(`\n${root}`)
    await file.sync()
  } finally {
    await file.close()
  }
}

function readLine(line: string): CID[] {
  try {
    return [parseBlockCid(line)]
  } catch {
    return []
  }
}
