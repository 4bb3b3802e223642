import type { Cid } from '@golem/protocol'
import * as dagPb from '@ipld/dag-pb'
import { equals } from 'multiformats/bytes'
import { CID } from 'multiformats/cid'
import * as raw from 'multiformats/codecs/raw'
import { sha256 } from 'multiformats/hashes/sha2'
import { contentRefused } from '../content-errors.ts'

/** Version, codec, hash function, length, and 32 bytes of hash. */
export const CID_BYTES = 36

/**
 * The CID under which this storage keeps a block: version 1, sha256, and bytes of a file or a UnixFS node. Version 0, the
 * older writing of the same hash, becomes version 1. Null for every other kind.
 */
export function toBlockCid(cid: CID): CID | null {
  const isOurs =
    (cid.code === raw.code || cid.code === dagPb.code) &&
    cid.multihash.code === sha256.code &&
    cid.multihash.digest.length === 32
  return isOurs ? cid.toV1() : null
}

/** @throws {GolemError} `CONTENT_REFUSED` */
export function parseBlockCid(text: string): CID {
  let cid: CID
  try {
    cid = CID.parse(text)
  } catch {
    throw contentRefused(text, 'its CID cannot be read')
  }
  const ours = toBlockCid(cid)
  if (ours === null) throw contentRefused(text, 'its CID is of another kind than sha256 over UnixFS or plain bytes')
  return ours
}

/** Null where the bytes are no such CID of version 1. */
export function decodeBlockCid(bytes: Uint8Array): CID | null {
  try {
    const cid = CID.decode(bytes)
    return cid.version === 1 ? toBlockCid(cid) : null
  } catch {
    return null
  }
}

/** The writing that is used inside. @throws {GolemError} `CONTENT_REFUSED` */
export const toCidV1 = (text: string): Cid => parseBlockCid(text).toString() as Cid

/** The older writing of a UnixFS node's CID, `Qm…`, as kubo shows it. Plain bytes have none and are left as they are. */
export function toCidV0(text: Cid): string {
  const cid = parseBlockCid(text)
  return isLeaf(cid) ? text : cid.toV0().toString()
}

export const isLeaf = (cid: CID): boolean => cid.code === raw.code

/** Whether these are the bytes that the CID names. */
export async function isBlock(cid: CID, bytes: Uint8Array): Promise<boolean> {
  const { digest } = await sha256.digest(bytes)
  return equals(digest, cid.multihash.digest)
}
