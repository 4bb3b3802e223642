import { GolemError } from '@golem/protocol'
import { describe, expect, it } from 'vitest'
import type { Folders } from '../folders.ts'

/** Folders with a look at the disk behind them; `person` is an existing folder of the person's own. */
export type FoldersPlace = {
  folders: Folders
  person: string
  /** Makes the folders above it. */
  write(path: string, text: string): Promise<void>
  /** null where there is no such file. */
  read(path: string): Promise<string | null>
  /** Names of the files and folders in a folder, ordered. */
  list(path: string): Promise<string[]>
  remove(): Promise<void>
}

/** What every `Folders` does. */
export function foldersCompliance(name: string, place: () => Promise<FoldersPlace>): void {
  const using = async (body: (place: FoldersPlace) => Promise<void>): Promise<void> => {
    const here = await place()
    try {
      await body(here)
    } finally {
      await here.remove()
    }
  }

  describe(`Folders: ${name}`, () => {
    it('makes an empty folder, also where there was a full one', () =>
      using(async ({ folders, write, list }) => {
        const path = await folders.make('sessions/ab12/in')
        expect(await folders.exists(path)).toBe(true)
        await write(folders.join(path, 'deep', 'file'), 'x')
        expect(await list(path)).toEqual(['deep'])
        expect(await folders.make('sessions/ab12/in')).toBe(path)
        expect(await list(path)).toEqual([])
      }))

    it('refuses names that leave their folder', () =>
      using(async ({ folders }) => {
        for (const name of ['../x', '/etc', 'a/../../b', 'a//b', '.', ''])
          await expect(folders.make(name), name).rejects.toThrow(RangeError)
        expect(() => folders.join('/a', '..')).toThrow(RangeError)
      }))

    it('removes a tree, and does not mind when there is none', () =>
      using(async ({ folders, write }) => {
        const path = await folders.make('a')
        await write(folders.join(path, 'b', 'c'), 'x')
        await folders.remove(path)
        await folders.remove(path)
        expect(await folders.exists(path)).toBe(false)
        expect(await folders.exists(folders.join(path, 'b', 'c'))).toBe(false)
      }))

    it('links a tree into another, and leaves what is there', () =>
      using(async ({ folders, write, read }) => {
        const source = await folders.make('source')
        const target = await folders.make('target')
        await write(folders.join(source, 'scene.blend'), 'scene')
        await write(folders.join(source, 'textures', 'brass.png'), 'brass')
        await write(folders.join(target, 'scene.blend'), 'older')
        await folders.linkTree(source, target)
        expect(await read(folders.join(target, 'scene.blend'))).toBe('older')
        expect(await read(folders.join(target, 'textures', 'brass.png'))).toBe('brass')
        await folders.remove(target)
        expect(await read(folders.join(source, 'textures', 'brass.png'))).toBe('brass')
      }))

    it('copies a file of the person, and says where there is none', () =>
      using(async ({ folders, person, write, read }) => {
        const target = folders.join(await folders.make('inputs'), 'deep', 'copy')
        await write(`${person}/file`, 'first')
        expect(await folders.copyFile(`${person}/file`, target)).toBe('copied')
        await write(`${person}/file`, 'second')
        expect(await read(target)).toBe('first')
        expect(await folders.copyFile(`${person}/missing`, target, () => false)).toBe('missing')
        expect(await folders.copyFile(person, target, () => false)).toBe('missing')
        expect(await folders.copyFile(`${person}/file`, target, (path) => path.endsWith('.blend'))).toBe('refused')
        expect(await read(target)).toBe('first')
      }))

    it('reads a file of its own, up to a bound', () =>
      using(async ({ folders, write }) => {
        const path = folders.join(await folders.make('previews'), 'file')
        await write(path, 'four')
        expect(new TextDecoder().decode(await folders.readFile(path, { maxBytes: 4 }))).toBe('four')
        await expect(folders.readFile(path, { maxBytes: 3 })).rejects.toThrow(RangeError)
      }))

    it('delivers a file whole, into folders that it makes, over an older one', () =>
      using(async ({ folders, person, write, read, list }) => {
        const source = folders.join(await folders.make('merged'), 'frame')
        for (const text of ['older', 'newer']) {
          await write(source, text)
          await folders.deliver(source, `${person}/out`, 'frames/0001.png')
          expect(await read(`${person}/out/frames/0001.png`)).toBe(text)
        }
        expect(await list(`${person}/out/frames`)).toEqual(['0001.png'])
      }))

    it('says in one sentence that it cannot write there', () =>
      using(async ({ folders, person, write }) => {
        const source = folders.join(await folders.make('merged'), 'frame')
        await write(source, 'x')
        await write(`${person}/file`, 'not a folder')
        const failure = await folders.deliver(source, `${person}/file`, '0001.png').catch((error: unknown) => error)
        expect(failure).toBeInstanceOf(GolemError)
        expect(failure).toMatchObject({ code: 'FOLDER_UNWRITABLE', remedy: expect.any(String) })
      }))
  })
}
