import { GolemError } from '@golem/protocol'
import type { Folders } from '../folders.ts'
import type { MemoryDisk } from './storage.ts'

/** Folders on a disk in memory; those that `make` makes lie below `base`. */
export function memoryFolders(disk: MemoryDisk, { base }: { base: string }): Folders {
  const mkdir = (path: string): void => {
    const parts = path.split('/').slice(1)
    for (const end of parts.keys()) {
      const folder = `/${parts.slice(0, end + 1).join('/')}`
      const found = disk.get(folder)
      if (found === undefined) disk.set(folder, null)
      else if (found !== null) throw new RangeError(`${folder} is a file`)
    }
  }
  const below = (path: string): string[] => [...disk.keys()].filter((each) => each.startsWith(`${path}/`))
  const write = (path: string, bytes: Uint8Array): void => {
    mkdir(path.slice(0, path.lastIndexOf('/')))
    disk.set(path, bytes)
  }
  const remove = (path: string): void => {
    for (const each of [path, ...below(path)]) disk.delete(each)
  }

  return {
    make: async (name) => {
      const path = `${base}/${relative(name)}`
      remove(path)
      mkdir(path)
      return path
    },
    join: (folder, ...names) => [folder, ...names.map(relative)].join('/'),
    remove: async (path) => remove(path),
    exists: async (path) => disk.has(path),
    linkTree: async (source, target) => {
      for (const each of below(source)) {
        const bytes = disk.get(each)
        const path = target + each.slice(source.length)
        if (bytes === null) mkdir(path)
        else if (bytes !== undefined && !disk.has(path)) write(path, bytes)
      }
    },
    copyFile: async (source, target, allows = () => true) => {
      const bytes = disk.get(source)
      if (!bytes) return 'missing'
      if (!allows(source)) return 'refused'
      write(target, Uint8Array.from(bytes))
      return 'copied'
    },
    readFile: async (path, { maxBytes }) => {
      const bytes = disk.get(path)
      if (!bytes || bytes.length > maxBytes) throw new RangeError(`${path} is no file of at most ${maxBytes} bytes`)
      return Uint8Array.from(bytes)
    },
    deliver: async (source, folder, name) => {
      const bytes = disk.get(source)
      try {
        if (!bytes) throw new RangeError(`there is no file ${source}`)
        write(`${folder}/${relative(name)}`, Uint8Array.from(bytes))
      } catch (cause) {
        throw new GolemError({
          code: 'FOLDER_UNWRITABLE',
          message: `Nothing can be written into ${folder}.`,
          remedy: 'Choose another output folder, or change its permissions.',
          cause,
        })
      }
    },
  }
}

function relative(name: string): string {
  if (name.split('/').some((part) => part === '' || part === '.' || part === '..')) {
    throw new RangeError(`"${name}" is no relative name`)
  }
  return name
}
