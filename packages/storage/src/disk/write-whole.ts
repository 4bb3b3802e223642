import { open } from 'node:fs/promises'
import { appearWhole } from './appear-whole.ts'

/** Writes one file from pieces; it appears whole or not at all. @throws {GolemError} as `appearWhole` */
export const writeWhole = (target: string, pieces: AsyncIterable<Uint8Array>): Promise<{ sizeBytes: number }> =>
  appearWhole(target, async (partial) => {
    const file = await open(partial, 'wx', 0o644)
    let sizeBytes = 0
    try {
      for await (const piece of pieces) {
        await file.writeFile(piece)
        sizeBytes += piece.length
      }
    } finally {
      await file.close()
    }
    return { sizeBytes }
  })
