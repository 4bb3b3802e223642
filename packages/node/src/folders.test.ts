import { mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { foldersCompliance } from '@golem/ports/compliance'
import { expect, it } from 'vitest'
import { nodeFolders } from './folders.ts'

const place = async () => {
  const root = await mkdtemp(join(tmpdir(), 'golem-folders-'))
  await mkdir(join(root, 'person'))
  return {
    folders: nodeFolders(join(root, 'node')),
    person: join(root, 'person'),
    write: async (path: string, text: string) => {
      await mkdir(dirname(path), { recursive: true })
      await writeFile(path, text)
    },
    read: (path: string) => readFile(path, 'utf8').catch(() => null),
    list: async (path: string) => (await readdir(path)).sort(),
    remove: () => rm(root, { recursive: true }),
  }
}

foldersCompliance('Node', place)

it('links by hard link, and leaves symbolic links out', async () => {
  const { folders, write, list, remove } = await place()
  try {
    const source = await folders.make('source')
    const target = await folders.make('target')
    await write(join(source, 'file'), 'x')
    await symlink('/etc/passwd', join(source, 'passwd'))
    await folders.linkTree(source, target)
    expect(await list(target)).toEqual(['file'])
    expect((await stat(join(source, 'file'))).ino).toBe((await stat(join(target, 'file'))).ino)
  } finally {
    await remove()
  }
})

it('leaves no partial file where a delivery fails', async () => {
  const { folders, person, list, remove } = await place()
  try {
    await expect(folders.deliver(join(person, 'missing'), person, '0001.png')).rejects.toThrow('Nothing can be written')
    expect(await list(person)).toEqual([])
  } finally {
    await remove()
  }
})

it('asks of the file itself whether it may be copied, not of a link to it', async () => {
  const { folders, person, write, read, remove } = await place()
  try {
    await write(`${person}/.ssh/id`, 'secret')
    await symlink(`${person}/.ssh/id`, `${person}/brass.png`)
    const target = folders.join(await folders.make('inputs'), 'brass.png')
    expect(await folders.copyFile(`${person}/brass.png`, target, (path) => path.endsWith('.png'))).toBe('refused')
    expect(await read(target)).toBe(null)
  } finally {
    await remove()
  }
})
