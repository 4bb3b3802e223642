import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Folder } from '../wasm/wasi/files.ts'
import { bytesOf } from '../wasm/wasi/files.ts'

/** Writes what a run made in memory to a folder of the disk. Names hold neither a slash nor lead upwards. */
export function writeFolder(from: Folder, path: string): void {
  mkdirSync(path, { recursive: true })
  for (const [name, node] of from.entries) {
    const target = join(path, name)
    if (node.kind === 'folder') writeFolder(node, target)
    else writeFileSync(target, bytesOf(node))
  }
}
