import { mkdir, open, readdir, readFile, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import { GolemError } from '@golem/protocol'
import type { CID } from 'multiformats/cid'
import { parseBlockCid } from './blocks/block-cid.ts'
import { diskError } from './content-errors.ts'
import { MAX_OWNER_BYTES } from './limits.ts'

/** Who keeps which roots. */
export type Pins = {
  /** On disk when it resolves. */
  pin(root: CID, owner: string): Promise<void>
  unpin(owner: string): Promise<void>
  isPinned(root: CID): boolean
  roots(): CID[]
  /** Grows with every change. */
  version(): number
}

/**
 * Pins as files: one an owner, named by it in hex, a CID a line. Pinning appends a line; letting go removes the file.
 * A line that a power cut left half is ignored.
 */
export async function diskPins(path: string): Promise<Pins> {
  const folder = join(path, 'pins')
  const owners = new Map<string, Map<string, CID>>()
  let changes = 0
  /** One change at a time. */
  let last: Promise<void> = Promise.resolve()
  const inTurn = (work: () => Promise<void>): Promise<void> => {
    const turn = last.then(work).catch((cause) => {
      throw diskError(folder, cause)
    })
    last = turn.catch(() => {})
    return turn
  }
  const fileOf = (owner: string): string => join(folder, Buffer.from(owner).toString('hex'))

  await mkdir(folder, { recursive: true })
  for (const file of await readdir(folder)) {
    const lines = (await readFile(join(folder, file), 'utf8')).split('\n')
    const roots = lines.flatMap((line) => {
      try {
        return [parseBlockCid(line)]
      } catch {
        return []
      }
    })
    owners.set(Buffer.from(file, 'hex').toString(), new Map(roots.map((root) => [root.toString(), root])))
  }

  return {
    pin: (root, owner) => {
      if (owner === '' || Buffer.byteLength(owner) > MAX_OWNER_BYTES) {
        throw new GolemError({
          code: 'OWNER_INVALID',
          message: `The owner ${JSON.stringify(owner.slice(0, 200))} of a pin has not between 1 and ${MAX_OWNER_BYTES} bytes.`,
          remedy: 'Give it a shorter name.',
        })
      }
      const roots = owners.get(owner) ?? new Map<string, CID>()
      if (roots.has(root.toString())) return last
      owners.set(owner, roots.set(root.toString(), root))
      changes++
      return inTurn(async () => {
        const file = await open(fileOf(owner), 'a', 0o600)
        try {
          // A line of its own, even after half a line.
          await file.writeFile(`\n${root}`)
          await file.sync()
        } finally {
          await file.close()
        }
      })
    },
    unpin: (owner) => {
      if (!owners.delete(owner)) return last
      changes++
      return inTurn(() => unlink(fileOf(owner)))
    },
    isPinned: (root) => [...owners.values()].some((roots) => roots.has(root.toString())),
    roots: () => [...owners.values()].flatMap((roots) => [...roots.values()]),
    version: () => changes,
  }
}
