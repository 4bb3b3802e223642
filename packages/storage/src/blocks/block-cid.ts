import * as dagPb from '@ipld/dag-pb'
import { equals } from 'multiformats/bytes'
import { CID } from 'multiformats/cid'
import * as raw from 'multiformats/codecs/raw'
import { sha256 } from 'multiformats/hashes/sha2'
import { contentRefused } from '../content-errors.ts'

/** Version, codec, hash function, length, and 32 bytes of hash. */
export const CID_BYTES = 36

/** True for what this storage deals in: version 1, sha256, and bytes of a file or a UnixFS node. */
export const isBlockCid = (cid: CID): boolean =>
  cid.version === 1 &&
  (cid.code === raw.code || cid.code === dagPb.code) &&
  cid.multihash.code === sha256.code &&
  cid.multihash.digest.length === 32

/** @throws {GolemError} `CONTENT_REFUSED` */
export function parseBlockCid(text: string): CID {
  let cid: CID
  try {
    cid = CID.parse(text)
  } catch {
    throw contentRefused(text, 'its CID cannot be read')
  }
  if (!isBlockCid(cid)) throw contentRefused(text, 'its CID is of another kind than sha256 over UnixFS or plain bytes')
  return cid
}

/** Null where the bytes are no such CID. */
export function decodeBlockCid(bytes: Uint8Array): CID | null {
  try {
    const cid = CID.decode(bytes)
    return isBlockCid(cid) ? cid : null
  } catch {
    return null
  }
}

export const isLeaf = (cid: CID): boolean => cid.code === raw.code

/** Whether these are the bytes that the CID names. */
export async function isBlock(cid: CID, bytes: Uint8Array): Promise<boolean> {
  const { digest } = await sha256.digest(bytes)
  return equals(digest, cid.multihash.digest)
}
