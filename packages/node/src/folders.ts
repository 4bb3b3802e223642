import { randomUUID } from 'node:crypto'
import { constants } from 'node:fs'
import {
  access,
  chmod,
  copyFile,
  link,
  lstat,
  mkdir,
  open,
  readdir,
  readFile,
  realpath,
  rename,
  rm,
} from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import type { Folders } from '@golem/ports'
import { GolemError } from '@golem/protocol'

/** Folders of this machine's disk; those that `make` makes lie below `base`. */
export function nodeFolders(base: string): Folders {
  return {
    make: async (name) => {
      const path = join(resolve(base), relative(name))
      await rm(path, { recursive: true, force: true })
      await mkdir(path, { recursive: true })
      return path
    },
    join: (folder, ...names) => join(folder, ...names.map(relative)),
    remove: (path) => rm(path, { recursive: true, force: true, maxRetries: 3 }),
    exists: (path) =>
      access(path).then(
        () => true,
        () => false,
      ),
    linkTree,
    copyFile: async (source, target, allows = () => true) => {
      try {
        const found = await realpath(source)
        // Asked first: opening a pipe for reading would wait for its writer.
        if (!(await lstat(found)).isFile()) return 'missing'
        if (!allows(found)) return 'refused'
        await mkdir(dirname(target), { recursive: true })
        await copyFile(found, target, constants.COPYFILE_FICLONE)
        // The sandbox reads it as another user, who sees nothing else of this machine.
        await chmod(target, 0o644)
        return 'copied'
      } catch (error) {
        if (MISSING.has(codeOf(error))) return 'missing'
        throw error
      }
    },
    readFile: async (path, { maxBytes }) => {
      const { size } = await lstat(path)
      if (size > maxBytes) throw new RangeError(`${path} has more than ${maxBytes} bytes`)
      return readFile(path)
    },
    deliver: async (source, folder, name) => {
      const target = join(folder, relative(name))
      const partial = join(dirname(target), `.${basename(target)}.${randomUUID().slice(0, 8)}.partial`)
      try {
        await mkdir(dirname(target), { recursive: true })
        await copyFile(source, partial, constants.COPYFILE_FICLONE)
        await flush(partial)
        await rename(partial, target)
      } catch (error) {
        await rm(partial, { force: true }).catch(() => {})
        throw undeliverable(folder, error)
      }
    },
  }
}

async function linkTree(source: string, target: string): Promise<void> {
  for (const entry of await readdir(source, { withFileTypes: true })) {
    const from = join(source, entry.name)
    const to = join(target, entry.name)
    if (entry.isDirectory()) {
      await mkdir(to, { recursive: true })
      await linkTree(from, to)
    } else if (entry.isFile()) await linkFile(from, to)
  }
}

async function linkFile(from: string, to: string): Promise<void> {
  try {
    await link(from, to)
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return
    if (!UNLINKABLE.has(codeOf(error))) throw error
    await copyFile(from, to, constants.COPYFILE_FICLONE | constants.COPYFILE_EXCL)
  }
}

/** On the disk before its name appears, so that a power cut leaves no empty picture behind. */
async function flush(path: string): Promise<void> {
  const file = await open(path, 'r+')
  try {
    await file.sync()
  } finally {
    await file.close()
  }
}

const MISSING = new Set(['ENOENT', 'EACCES', 'EPERM', 'ENOTDIR', 'ELOOP', 'ENAMETOOLONG'])
/** Another device, too many links, or a file system without them. */
const UNLINKABLE = new Set(['EXDEV', 'EMLINK', 'EPERM', 'ENOTSUP', 'ENOSYS'])
const FULL = new Set(['ENOSPC', 'EDQUOT'])

const codeOf = (error: unknown): string => (error instanceof Error && 'code' in error ? String(error.code) : '')

/** @throws {RangeError} for a name that would leave its folder */
function relative(name: string): string {
  if (name.split('/').some((part) => part === '' || part === '.' || part === '..' || part.includes('\0'))) {
    throw new RangeError(`"${name}" is no relative name`)
  }
  return name
}

function undeliverable(folder: string, cause: unknown): GolemError {
  return FULL.has(codeOf(cause))
    ? new GolemError({
        code: 'DISK_FULL',
        message: `The disk that holds ${folder} is full.`,
        remedy: 'Free some space, then resume.',
        cause,
      })
    : new GolemError({
        code: 'FOLDER_UNWRITABLE',
        message: `Nothing can be written into ${folder} (${codeOf(cause) || String(cause)}).`,
        remedy: 'Choose another output folder, or change its permissions.',
        cause,
      })
}
