import { type Cid, GolemError } from '@golem/protocol'

/** A tree as paths below its root, '' where it is a file, with null for an empty folder. */
export type MemoryTree = [path: string, bytes: Uint8Array | null][]

/** The twin of sealed content: good enough to tell who has the key, and no cipher. */
export function sealInMemory(tree: MemoryTree, key: Uint8Array): Uint8Array {
  const text = JSON.stringify([tag(key), tree.map(([path, bytes]) => [path, bytes === null ? null : [...bytes]])])
  return mask(new TextEncoder().encode(text), key)
}

/** @throws {GolemError} `CONTENT_KEY_WRONG` */
export function openInMemory(cid: Cid, bytes: Uint8Array | null, key: Uint8Array): MemoryTree {
  try {
    const [of, tree] = JSON.parse(
      new TextDecoder('utf-8', { fatal: true }).decode(mask(bytes ?? new Uint8Array(), key)),
    )
    if (of !== tag(key)) throw new RangeError('another key')
    return tree.map(([path, each]: [string, number[] | null]) => [path, each === null ? null : Uint8Array.from(each)])
  } catch (cause) {
    throw new GolemError({
      code: 'CONTENT_KEY_WRONG',
      message: `Content ${cid} does not open with this key.`,
      remedy: 'Ask who sealed it for the key that belongs to it.',
      cause,
    })
  }
}

const tag = (key: Uint8Array): string => key.join()
const mask = (bytes: Uint8Array, key: Uint8Array): Uint8Array =>
  bytes.map((byte, i) => byte ^ (key[i % key.length] ?? 0) ^ 0xa5)
