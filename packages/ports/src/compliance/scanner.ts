import { describe, expect, it } from 'vitest'
import { EICAR } from '../memory/scanner.ts'
import type { Scanner } from '../scanner.ts'

export type ScannerPlace = {
  scanner: Scanner
  /** That it may look into. */
  folder: string
  /** `name` may have folders in it. */
  write(name: string, text: string): Promise<void>
  remove(): Promise<void>
}

/** What every `Scanner` does that looks at all. */
export function scannerCompliance(name: string, start: () => Promise<ScannerPlace>): void {
  const using = async (body: (place: ScannerPlace) => Promise<void>): Promise<void> => {
    const place = await start()
    try {
      await body(place)
    } finally {
      await place.remove()
    }
  }

  describe(`Scanner: ${name}`, () => {
    it('finds nothing in what is harmless', () =>
      using(async ({ scanner, folder, write }) => {
        await write('scene', 'a scene')
        expect(await scanner.scan(folder)).toEqual([])
        expect(await scanner.scan(`${folder}/scene`)).toEqual([])
      }))

    it('names each file with a malicious program, and what it is called', () =>
      using(async ({ scanner, folder, write }) => {
        await write('harmless', 'a scene')
        await write('textures/wood: FOUND.png', EICAR)
        await write('textures/deep/er', EICAR)
        const found = (await scanner.scan(folder)) ?? []
        expect(found.map(({ path }) => path).sort()).toEqual([
          `${folder}/textures/deep/er`,
          `${folder}/textures/wood: FOUND.png`,
        ])
        for (const { name } of found) expect(name).toMatch(/eicar/i)
        expect(await scanner.scan(`${folder}/textures/deep/er`)).toHaveLength(1)
      }))

    it('says so where it cannot look, and takes that for no "nothing found"', () =>
      using(async ({ scanner, folder }) => {
        await expect(scanner.scan(`${folder}/absent`)).rejects.toMatchObject({ code: 'SCAN_FAILED' })
      }))

    it('stops for a caller who gave up', () =>
      using(async ({ scanner, folder }) => {
        const reason = new Error('gave up')
        await expect(scanner.scan(folder, AbortSignal.abort(reason))).rejects.toBe(reason)
      }))
  })
}
