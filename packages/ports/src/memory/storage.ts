import { type Cid, GolemError } from '@golem/protocol'
import type { Storage } from '../storage.ts'
import { type MemoryTree, openInMemory, sealInMemory } from './sealed.ts'

/** A disk in memory: absolute paths to bytes, or to null where there is a folder. */
export type MemoryDisk = Map<string, Uint8Array | null>

export type MemoryStorageComponents = {
  peerId: string
  /** Storages that can fetch from one another, by peer id; a new storage adds itself. */
  hub: Map<string, MemoryStorage>
  /** Where `addPath` reads and `materialise` writes. */
  disk: MemoryDisk
}

type Content = { bytes: Uint8Array } | { entries: readonly [name: string, cid: Cid][] }

export type MemoryStorage = Storage & {
  /** What another storage of the hub is given. */
  content(cid: Cid): Content | undefined
}

/**
 * Files by content, in memory. CIDs are well-formed and equal for equal content, but those of folders and of files past
 * 1 MiB are not the CIDs that the real storage gives.
 */
export function memoryStorage(
  { peerId, hub, disk }: MemoryStorageComponents,
  { maxBytes = 1024 ** 3 }: { maxBytes?: number } = {},
): MemoryStorage {
  /** Least recently used first. */
  const contents = new Map<Cid, Content>()
  const pins = new Map<string, Set<Cid>>()

  const touch = (cid: Cid): Content | undefined => {
    const content = contents.get(cid)
    if (content === undefined) return undefined
    contents.delete(cid)
    contents.set(cid, content)
    return content
  }

  const tree = (root: Cid, into = new Set<Cid>()): Set<Cid> => {
    const content = contents.get(root)
    if (content === undefined || into.has(root)) return into
    into.add(root)
    if ('entries' in content) for (const [, child] of content.entries) tree(child, into)
    return into
  }

  const put = (cid: Cid, content: Content, inUse: ReadonlySet<Cid>): void => {
    if (touch(cid) !== undefined) return
    let usedBytes = sizeOf(content)
    for (const each of contents.values()) usedBytes += sizeOf(each)
    const kept = new Set(inUse)
    for (const roots of pins.values()) for (const root of roots) tree(root, kept)
    for (const [each, its] of contents) {
      if (usedBytes <= maxBytes) break
      if (kept.has(each)) continue
      contents.delete(each)
      usedBytes -= sizeOf(its)
    }
    if (usedBytes > maxBytes) throw storageFull(maxBytes)
    contents.set(cid, content)
  }

  const whole = (cid: Cid): boolean => {
    const content = touch(cid)
    return content !== undefined && ('bytes' in content || content.entries.every(([, child]) => whole(child)))
  }

  const treeBytes = (cid: Cid): number => {
    const content = contents.get(cid)
    if (content === undefined) throw unavailable(cid)
    if ('bytes' in content) return content.bytes.length
    return content.entries.reduce((sum, [, child]) => sum + treeBytes(child), 0)
  }

  const add = async (path: string, inUse: Set<Cid>): Promise<Cid> => {
    const found = disk.get(path)
    if (found === undefined) {
      throw missing(path)
    }
    const content: Content = found === null ? { entries: [] } : { bytes: Uint8Array.from(found) }
    if (found === null) {
      const entries: [string, Cid][] = []
      for (const name of childNames(disk, path)) entries.push([name, await add(`${path}/${name}`, inUse)])
      Object.assign(content, { entries })
    }
    const cid = await cidOf(content)
    put(cid, content, inUse)
    inUse.add(cid)
    return cid
  }

  const treeAt = (top: string): MemoryTree => {
    const found = disk.get(top)
    if (found === undefined) throw missing(top)
    if (found !== null) return [['', found]]
    return [...disk].flatMap(([path, bytes]): MemoryTree => {
      const isBelow = path.startsWith(`${top}/`)
      const isEmpty = bytes === null && childNames(disk, path).length === 0
      return isBelow && (bytes !== null || isEmpty) ? [[path.slice(top.length + 1), bytes]] : []
    })
  }

  const addSealed = async (path: string, key: Uint8Array): Promise<Cid> => {
    const sorted = treeAt(path).sort(([a], [b]) => (a < b ? -1 : 1))
    const content = { bytes: sealInMemory(sorted, key) }
    const cid = await cidOf(content)
    put(cid, content, new Set())
    return cid
  }

  const writeOpened = (cid: Cid, target: string, key: Uint8Array): void => {
    const content = touch(cid)
    const tree = openInMemory(cid, content !== undefined && 'bytes' in content ? content.bytes : null, key)
    if (tree[0]?.[0] !== '') disk.set(target, null)
    for (const [path, bytes] of tree) {
      const names = path.split('/')
      for (let i = 1; i < names.length; i++) disk.set(`${target}/${names.slice(0, i).join('/')}`, null)
      disk.set(path === '' ? target : `${target}/${path}`, bytes)
    }
  }

  const copy = (from: MemoryStorage, cid: Cid, inUse: Set<Cid>): void => {
    const content = contents.get(cid) ?? from.content(cid)
    if (content === undefined) throw unavailable(cid)
    if ('entries' in content) for (const [, child] of content.entries) copy(from, child, inUse)
    put(cid, content, inUse)
    inUse.add(cid)
  }

  const write = (cid: Cid, target: string): void => {
    const content = touch(cid)
    if (content === undefined) throw unavailable(cid)
    disk.set(target, 'bytes' in content ? Uint8Array.from(content.bytes) : null)
    if ('entries' in content) for (const [name, child] of content.entries) write(child, `${target}/${name}`)
  }

  const self: MemoryStorage = {
    content: (cid) => touch(cid),
    addPath: async (path, { signal, contentKey } = {}) => {
      signal?.throwIfAborted()
      const cid = contentKey === undefined ? await add(path, new Set()) : await addSealed(path, contentKey)
      return { cid, sizeBytes: treeBytes(cid) }
    },
    addBytes: async (bytes) => {
      const content = { bytes: Uint8Array.from(bytes) }
      const cid = await cidOf(content)
      put(cid, content, new Set())
      return { cid, sizeBytes: bytes.length }
    },
    has: async (cid) => whole(cid),
    fetch: async (cid, { from, maxBytes: limitBytes, signal }) => {
      signal?.throwIfAborted()
      if (!whole(cid)) {
        const source = from.map((contact) => hub.get(contact.peerId)).find((each) => each?.content(cid) !== undefined)
        if (source === undefined) throw unavailable(cid)
        const sizeBytes = sizeIn(source, cid)
        if (sizeBytes > limitBytes) throw tooLarge(cid, sizeBytes, limitBytes)
        copy(source, cid, new Set())
      }
      if (treeBytes(cid) > limitBytes) throw tooLarge(cid, treeBytes(cid), limitBytes)
    },
    readFile: async (cid, { maxBytes: limitBytes }) => {
      const content = touch(cid)
      if (content === undefined || !('bytes' in content)) throw unavailable(cid)
      if (content.bytes.length > limitBytes) throw tooLarge(cid, content.bytes.length, limitBytes)
      return Uint8Array.from(content.bytes)
    },
    materialise: async (cid, target, { signal, contentKey } = {}) => {
      signal?.throwIfAborted()
      if (!whole(cid)) throw unavailable(cid)
      if (disk.has(target)) {
        throw new GolemError({
          code: 'TARGET_EXISTS',
          message: `${target} exists already.`,
          remedy: 'Choose another place, or remove it.',
        })
      }
      if (contentKey === undefined) write(cid, target)
      else writeOpened(cid, target, contentKey)
    },
    pin: async (cid, owner) => {
      pins.set(owner, (pins.get(owner) ?? new Set()).add(cid))
    },
    unpin: async (owner) => {
      pins.delete(owner)
    },
    stop: async () => {
      if (hub.get(peerId) === self) hub.delete(peerId)
    },
  }
  hub.set(peerId, self)
  return self
}

const sizeOf = (content: Content): number => ('bytes' in content ? content.bytes.length : 100 * content.entries.length)

function sizeIn(source: MemoryStorage, cid: Cid): number {
  const content = source.content(cid)
  if (content === undefined) throw unavailable(cid)
  if ('bytes' in content) return content.bytes.length
  return content.entries.reduce((sum, [, child]) => sum + sizeIn(source, child), 0)
}

function childNames(disk: MemoryDisk, folder: string): string[] {
  const names = new Set<string>()
  for (const path of disk.keys()) {
    if (path.startsWith(`${folder}/`)) names.add(path.slice(folder.length + 1).split('/')[0] as string)
  }
  return [...names].sort()
}

async function cidOf(content: Content): Promise<Cid> {
  const bytes = 'bytes' in content ? content.bytes : new TextEncoder().encode(JSON.stringify(content.entries))
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', Uint8Array.from(bytes)))
  return `b${base32(Uint8Array.from([1, 'bytes' in content ? 0x55 : 0x70, 0x12, 0x20, ...digest]))}` as Cid
}

function base32(bytes: Uint8Array): string {
  const bits = [...bytes].map((byte) => byte.toString(2).padStart(8, '0')).join('')
  return (bits.match(/.{1,5}/g) ?? [])
    .map((five) => 'abcdefghijklmnopqrstuvwxyz234567'[Number.parseInt(five.padEnd(5, '0'), 2)])
    .join('')
}

const missing = (path: string): GolemError =>
  new GolemError({ code: 'FILE_MISSING', message: `There is no file ${path}.`, remedy: 'Check the path.' })

const unavailable = (cid: Cid): GolemError =>
  new GolemError({
    code: 'CONTENT_UNAVAILABLE',
    message: `Content ${cid} is not here, and nobody asked had it.`,
    remedy: 'Ask a peer that has it.',
    data: { cid },
  })

const tooLarge = (cid: Cid, sizeBytes: number, maxBytes: number): GolemError =>
  new GolemError({
    code: 'CONTENT_TOO_LARGE',
    message: `Content ${cid} has ${sizeBytes} bytes; ${maxBytes} are allowed.`,
    remedy: 'Raise the limit, or make it smaller.',
    data: { cid, sizeBytes, maxBytes },
  })

const storageFull = (maxBytes: number): GolemError =>
  new GolemError({
    code: 'STORAGE_FULL',
    message: `The storage is full: its ${maxBytes} bytes are in use or pinned.`,
    remedy: 'Raise the storage limit, or let finished jobs go.',
    data: { maxBytes },
  })
