import { z } from 'zod'
import { contentRefused } from '../content-errors.ts'
import { MAX_TREE_DEPTH, MAX_TREE_ENTRIES } from '../limits.ts'
import { nameFault } from '../tree/name-fault.ts'

/** What is sealed in a tree, by its paths; one file with the path '' where the tree is a file. */
export type SealedIndex = { files: string[]; folders: string[] }

export const INDEX_NAME = 'index'

const index = z.strictObject({ files: z.array(z.string()), folders: z.array(z.string()) })

/**
 * Reads an index, which whoever has the key may have made: only paths that stay below their root, and each once.
 *
 * @throws {GolemError} `CONTENT_REFUSED`
 */
export function readSealedIndex(root: string, bytes: Uint8Array): SealedIndex {
  const refuse = (because: string) => contentRefused(root, because)
  const parsed = index.safeParse(parse(bytes))
  if (!parsed.success) throw refuse('its index cannot be read')
  const { files, folders } = parsed.data
  if (files.length === 1 && files[0] === '' && folders.length === 0) return parsed.data
  if (files.length + folders.length > MAX_TREE_ENTRIES) throw refuse(`it has more than ${MAX_TREE_ENTRIES} entries`)
  const above = new Set<string>()
  for (const path of [...files, ...folders]) {
    const names = path.split('/')
    if (names.length > MAX_TREE_DEPTH) throw refuse(`it is deeper than ${MAX_TREE_DEPTH} levels`)
    for (const [i, name] of names.entries()) {
      const fault = nameFault(name)
      if (fault !== null) throw refuse(fault)
      if (i > 0) above.add(names.slice(0, i).join('/'))
    }
  }
  const all = new Set([...files, ...folders])
  if (all.size !== files.length + folders.length) throw refuse('a path appears twice in it')
  const both = [...all].find((path) => above.has(path))
  if (both !== undefined) throw refuse(`${JSON.stringify(both)} has entries and is said to have none`)
  return parsed.data
}

function parse(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch {
    return null
  }
}
