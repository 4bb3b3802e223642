import * as dagPb from '@ipld/dag-pb'
import { encode, type PBLink, prepare } from '@ipld/dag-pb'
import { UnixFS } from 'ipfs-unixfs'
import { CID } from 'multiformats/cid'
import * as raw from 'multiformats/codecs/raw'
import { sha256 } from 'multiformats/hashes/sha2'
import type { Blocks } from '../src/blocks/blocks.ts'

/** Blocks in a map, for what reads and makes trees; nothing is ever evicted. */
export function mapBlocks(): Blocks & { all: Map<string, { cid: CID; bytes: Uint8Array }> } {
  const all = new Map<string, { cid: CID; bytes: Uint8Array }>()
  return {
    all,
    sizeOf: (cid) => all.get(cid.toString())?.bytes.length ?? null,
    get: async (cid) => all.get(cid.toString())?.bytes ?? null,
    put: async (cid, bytes) => {
      all.set(cid.toString(), { cid, bytes })
    },
    hold: () => ({ add: () => {}, end: () => {} }),
    touch: () => {},
    sync: async () => {},
    clear: async () => ({ blocks: 0, bytes: 0 }),
    usage: () => ({ blocks: all.size, usedBytes: 0, maxBytes: Number.POSITIVE_INFINITY }),
    settle: async () => {},
  }
}

/** Makes trees by hand that no honest importer makes. */
export function forge(blocks: Blocks) {
  const put = async (code: number, bytes: Uint8Array): Promise<CID> => {
    const cid = CID.createV1(code, await sha256.digest(bytes))
    await blocks.put(cid, bytes, blocks.hold())
    return cid
  }
  const node = (unixfs: UnixFS, links: readonly PBLink[]): Promise<CID> =>
    put(dagPb.code, encode(prepare({ Data: unixfs.marshal(), Links: [...links] })))
  return {
    leaf: (content: Uint8Array | string) => put(raw.code, Buffer.from(content)),
    /** Links exactly as given, in any order, with any names. */
    folder: (entries: readonly (readonly [name: string, cid: CID])[]) =>
      put(
        dagPb.code,
        encode(
          // Not `prepare`: it would sort what shall stay odd. dag-pb itself wants names in their order.
          {
            Data: new UnixFS({ type: 'directory' }).marshal(),
            Links: entries.map(([Name, Hash]) => ({ Name, Hash, Tsize: 1 })),
          },
        ),
      ),
    file: (parts: readonly (readonly [cid: CID, declaredBytes: number])[], inline?: Uint8Array) => {
      const unixfs = new UnixFS({ type: 'file', ...(inline === undefined ? {} : { data: inline }) })
      for (const [, declaredBytes] of parts) unixfs.addBlockSize(BigInt(declaredBytes))
      return node(
        unixfs,
        parts.map(([Hash]) => ({ Name: '', Hash, Tsize: 1 })),
      )
    },
    shard: (links: readonly (readonly [name: string, cid: CID])[], fanout = 256n) =>
      put(
        dagPb.code,
        encode({
          Data: new UnixFS({ type: 'hamt-sharded-directory', fanout, hashType: 0x22n }).marshal(),
          Links: links.map(([Name, Hash]) => ({ Name, Hash, Tsize: 1 })),
        }),
      ),
    link: (target: string) => node(new UnixFS({ type: 'symlink', data: Buffer.from(target) }), []),
    bytes: (content: Uint8Array) => put(dagPb.code, content),
  }
}
