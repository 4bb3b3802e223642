import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { HostFile, HostFolder } from '../wasm/lay-files.ts'

/** Deeper folders are not looked into. */
const MAX_DEPTH = 64

export type WatchedFolders = {
  /** What is in the folders now. The same object as before, where nothing was added or removed. */
  now(): HostFolder
}

/**
 * Folders that a program sees, by name below `/`. Names and sizes are read at once, contents when they are asked for,
 * and then kept. Who lays files adds and removes whole ones, and changes none: a folder with the time of its last change
 * as before holds what it held.
 */
export function watchFolders(names: readonly string[], options: { maxBytes: number }): WatchedFolders {
  /** Times of change by path. */
  let seen = new Map<string, number>()
  let found: HostFolder | null = null
  let keptBytes = 0

  const read = (path: string, sizeBytes: number): (() => Uint8Array) => {
    let kept: Uint8Array | null = null
    return () => {
      if (kept === null) {
        keptBytes += sizeBytes
        if (keptBytes > options.maxBytes)
          throw new RangeError(`files of more than ${options.maxBytes} bytes, the memory limit, were opened`)
        kept = readFileSync(path)
      }
      return kept
    }
  }
  const list = (path: string, depth: number): HostFolder => {
    seen.set(path, statSync(path).mtimeMs)
    const entries = new Map<string, HostFile | HostFolder>()
    for (const entry of depth > MAX_DEPTH ? [] : readdirSync(path, { withFileTypes: true })) {
      const below = join(path, entry.name)
      if (entry.isDirectory()) entries.set(entry.name, list(below, depth + 1))
      // Links and devices are nothing that was laid.
      else if (entry.isFile()) {
        const sizeBytes = statSync(below).size
        entries.set(entry.name, { sizeBytes, read: read(below, sizeBytes) })
      }
    }
    return entries
  }
  const isUnchanged = (): boolean => {
    try {
      return [...seen].every(([path, mtimeMs]) => statSync(path).mtimeMs === mtimeMs)
    } catch {
      return false
    }
  }

  return {
    now: () => {
      if (found === null || !isUnchanged()) {
        seen = new Map()
        keptBytes = 0
        found = new Map(names.map((name) => [name, list(`/${name}`, 0)]))
      }
      return found
    },
  }
}
