import { ERRNO, type Errno } from './abi.ts'

const MAX_NAME_BYTES = 255
const MAX_DEPTH = 64
const FIRST_CAPACITY_BYTES = 256

/** A file of the host's folders: known by name and size, read when a program opens it. Never written. */
export type LaidFile = { readonly kind: 'laid'; readonly inode: number; readonly sizeBytes: number; read(): Uint8Array }
/** A file that the program made. */
export type MadeFile = {
  readonly kind: 'made'
  readonly inode: number
  data: Uint8Array
  sizeBytes: number
  /** Names that lead to it, and descriptors that hold it open: what it takes is free when both are 0. */
  links: number
  opens: number
}
export type Folder = {
  readonly kind: 'folder'
  readonly inode: number
  readonly isWritable: boolean
  readonly parent: Folder | null
  readonly entries: Map<string, FileNode>
}
export type FileNode = LaidFile | MadeFile | Folder

/** What one run may write, over all that exists at once. */
export type WriteBudget = {
  readonly bytes: number
  readonly entries: number
  usedBytes: number
  usedEntries: number
  /** Set when a write was refused: the run is then told as stopped by that limit. */
  refused: { name: 'outputBytes' | 'outputFiles'; allowed: number; used: number } | null
}

export const openBudget = (bytes: number, entries: number): WriteBudget => ({
  bytes,
  entries,
  usedBytes: 0,
  usedEntries: 0,
  refused: null,
})

/** Counts inodes of one tree, so that equal runs see equal ones. */
export type Inodes = { next: number }

export const newFolder = (inodes: Inodes, parent: Folder | null, isWritable: boolean): Folder => ({
  kind: 'folder',
  inode: inodes.next++,
  isWritable,
  parent,
  entries: new Map(),
})

export type Resolved = { folder: Folder; name: string; node: FileNode | null; asFolder: boolean }

/**
 * Finds what a path leads to, below `base` and nowhere else: no path climbs out, there are no links, and every folder
 * on the way must be there. `name` is '' where the path leads to `base` itself or one of its folders by '..'.
 */
export function resolvePath(base: Folder, path: string): Resolved | Errno {
  if (path.startsWith('/')) return ERRNO.notcapable
  if (path.includes('\0')) return ERRNO.inval
  const parts = path.split('/').filter((part) => part !== '' && part !== '.')
  if (path === '') return ERRNO.noent
  const asFolder = path.endsWith('/') || path.endsWith('/.') || path === '.'
  let folder = base
  let depth = 0
  let last: { name: string; node: FileNode | null } = { name: '', node: base }
  for (const part of parts) {
    const { node } = last
    if (node === null) return ERRNO.noent
    if (node.kind !== 'folder') return ERRNO.notdir
    folder = node
    if (part === '..') {
      depth -= 1
      if (depth < 0 || folder.parent === null) return ERRNO.notcapable
      folder = folder.parent
      last = { name: '', node: folder }
    } else {
      if (byteLength(part) > MAX_NAME_BYTES) return ERRNO.nametoolong
      depth += 1
      last = { name: part, node: folder.entries.get(part) ?? null }
    }
  }
  if (asFolder && last.node !== null && last.node.kind !== 'folder') return ERRNO.notdir
  return { folder, ...last, asFolder }
}

const encoder = new TextEncoder()
const byteLength = (text: string): number => encoder.encode(text).length

/** Takes a place for one more file or folder. */
export function takeEntry(budget: WriteBudget): boolean {
  if (budget.usedEntries >= budget.entries) {
    budget.refused ??= { name: 'outputFiles', allowed: budget.entries, used: budget.usedEntries + 1 }
    return false
  }
  budget.usedEntries += 1
  return true
}

export function makeFile(budget: WriteBudget, inodes: Inodes, folder: Folder, name: string): MadeFile | Errno {
  if (!folder.isWritable) return ERRNO.rofs
  if (!takeEntry(budget)) return ERRNO.nospc
  const file: MadeFile = {
    kind: 'made',
    inode: inodes.next++,
    data: new Uint8Array(0),
    sizeBytes: 0,
    links: 1,
    opens: 0,
  }
  folder.entries.set(name, file)
  return file
}

export function makeFolder(budget: WriteBudget, inodes: Inodes, folder: Folder, name: string): Errno {
  if (!folder.isWritable) return ERRNO.rofs
  if (depthOf(folder) >= MAX_DEPTH) return ERRNO.nametoolong
  if (!takeEntry(budget)) return ERRNO.nospc
  folder.entries.set(name, newFolder(inodes, folder, true))
  return ERRNO.success
}

function depthOf(folder: Folder): number {
  let depth = 0
  for (let above = folder.parent; above !== null; above = above.parent) depth += 1
  return depth
}

/** Gives a file another size; what is added is zero. */
export function resizeFile(budget: WriteBudget, file: MadeFile, sizeBytes: number): Errno {
  const added = sizeBytes - file.sizeBytes
  if (budget.usedBytes + added > budget.bytes) {
    budget.refused ??= { name: 'outputBytes', allowed: budget.bytes, used: budget.usedBytes + added }
    return ERRNO.nospc
  }
  budget.usedBytes += added
  if (sizeBytes > file.data.length) {
    // Grows by half again, so that many small writes cost as much as one large one.
    const capacity = Math.min(budget.bytes, Math.max(FIRST_CAPACITY_BYTES, Math.ceil(sizeBytes * 1.5)))
    const data = new Uint8Array(capacity)
    data.set(file.data.subarray(0, file.sizeBytes))
    file.data = data
  } else if (added < 0) file.data.fill(0, sizeBytes, file.sizeBytes)
  file.sizeBytes = sizeBytes
  return ERRNO.success
}

export function removeName(budget: WriteBudget, folder: Folder, name: string): void {
  const node = folder.entries.get(name)
  folder.entries.delete(name)
  if (node?.kind === 'folder') budget.usedEntries -= 1
  if (node?.kind !== 'made') return
  node.links -= 1
  forgetFile(budget, node)
}

/** Gives back what a file took, once nothing leads to it. */
export function forgetFile(budget: WriteBudget, file: MadeFile): void {
  if (file.links > 0 || file.opens > 0) return
  budget.usedBytes -= file.sizeBytes
  budget.usedEntries -= 1
  file.sizeBytes = 0
  file.data = new Uint8Array(0)
}

export const sizeOf = (node: FileNode): number => (node.kind === 'folder' ? 0 : node.sizeBytes)
export const bytesOf = (file: LaidFile | MadeFile): Uint8Array =>
  file.kind === 'laid' ? file.read() : file.data.subarray(0, file.sizeBytes)
