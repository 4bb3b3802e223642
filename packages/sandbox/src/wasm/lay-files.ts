import { type FileNode, type Folder, type Inodes, newFolder } from './wasi/files.ts'

/** Files of the host as a program may see them: names with what they hold, read when they are opened. */
export type HostFile = { readonly sizeBytes: number; read(): Uint8Array }
export type HostFolder = ReadonlyMap<string, HostFile | HostFolder>

/** The tree that every run of one program begins with. */
export type Layout = {
  readonly root: Folder
  /** The first inode that a run gives away itself. */
  readonly firstInode: number
}

/** Folders that are empty and writable at the start of each run. */
const FRESH = ['out', 'tmp'] as const

/** Lays folders below `/`, by name: `app`, `in`. The same folders give the same tree, inodes included. */
export function layFiles(folders: HostFolder): Layout {
  const inodes: Inodes = { next: 1 }
  const root = newFolder(inodes, null, false)
  lay(folders, root, inodes)
  return { root, firstInode: inodes.next }
}

function lay(from: HostFolder, into: Folder, inodes: Inodes): void {
  for (const name of [...from.keys()].sort()) {
    const entry = from.get(name)
    if (entry !== undefined) into.entries.set(name, nodeOf(entry, into, inodes))
  }
}

function nodeOf(entry: HostFile | HostFolder, parent: Folder, inodes: Inodes): FileNode {
  if (!isFolder(entry)) return { kind: 'laid', inode: inodes.next++, sizeBytes: entry.sizeBytes, read: entry.read }
  const folder = newFolder(inodes, parent, false)
  lay(entry, folder, inodes)
  return folder
}

const isFolder = (entry: HostFile | HostFolder): entry is HostFolder => 'keys' in entry

/** Empties what the run before may have written into. Returns the folder of outputs, and the counter for this run. */
export function freshFolders({ root, firstInode }: Layout): { out: Folder; inodes: Inodes } {
  const inodes: Inodes = { next: firstInode }
  const [out] = FRESH.map((name) => {
    const folder = newFolder(inodes, root, true)
    root.entries.set(name, folder)
    return folder
  })
  return { out: out as Folder, inodes }
}
