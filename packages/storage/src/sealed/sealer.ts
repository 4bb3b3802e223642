import { contentKeyWrong } from './content-key-wrong.ts'

/** A sealed piece is a block of the profile, whole: nonce, as many bytes as were there, tag. */
export const SEALED_PIECE_BYTES = 1024 * 1024
const NONCE_BYTES = 12
const TAG_BYTES = 16
const PIECE_BYTES = SEALED_PIECE_BYTES - NONCE_BYTES - TAG_BYTES

/**
 * Seals and opens the files of one tree with one content key: AES-256-GCM, piece by piece, so that each block of a sealed
 * file is sealed for itself, and files can be of any size.
 *
 * The nonce of a piece is a keyed hash of the piece and its place. So equal content in an equal place has an equal CID
 * under one key: what is added again is not stored, sent or fetched again, and a file of which one piece has changed
 * differs in that piece. Who has no key can see that, and sizes, and nothing else. Two different pieces with one nonce
 * would take 2^48 pieces under one key. A piece is bound to its file, its number, and to being the last or not.
 */
export type Sealer = {
  /** What a file is called in the sealed tree: 32 hex digits that follow from its path and the key. */
  nameOf(path: string): Promise<string>
  seal(name: string, pieces: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): AsyncGenerator<Uint8Array>
  /** @throws {GolemError} `CONTENT_KEY_WRONG` where any of it is not what was sealed with this key, in this order */
  open(name: string, pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array>
}

/** @param contentKey 32 bytes */
export async function createSealer(contentKey: Uint8Array): Promise<Sealer> {
  const { subtle } = crypto
  const material = await subtle.importKey('raw', contentKey.slice(), 'HKDF', false, ['deriveKey'])
  const from = (purpose: string) => {
    const info = encode(`golem/sealed-tree/1/${purpose}`)
    return { name: 'HKDF', hash: 'SHA-256', salt: new Uint8Array(), info }
  }
  const aes = { name: 'AES-GCM', length: 256 }
  const hmac = { name: 'HMAC', hash: 'SHA-256', length: 256 }
  const cipherKey = await subtle.deriveKey(from('cipher'), material, aes, false, ['encrypt', 'decrypt'])
  const macKey = await subtle.deriveKey(from('mac'), material, hmac, false, ['sign'])
  const mac = async (...parts: Uint8Array[]): Promise<Uint8Array<ArrayBuffer>> =>
    new Uint8Array(await subtle.sign('HMAC', macKey, concat(parts)))

  return {
    nameOf: async (path) => toHex((await mac(encode('name\0'), encode(path))).subarray(0, 16)),

    seal: async function* (name, pieces) {
      for await (const { bytes, place } of numbered(name, pieces, PIECE_BYTES)) {
        const digest = new Uint8Array(await subtle.digest('SHA-256', bytes))
        const iv = (await mac(encode('piece\0'), place, digest)).subarray(0, NONCE_BYTES)
        const sealed = await subtle.encrypt({ name: 'AES-GCM', iv, additionalData: place }, cipherKey, bytes)
        yield concat([iv, new Uint8Array(sealed)])
      }
    },

    open: async function* (name, pieces) {
      for await (const { bytes, place } of numbered(name, pieces, SEALED_PIECE_BYTES)) {
        if (bytes.length < NONCE_BYTES + TAG_BYTES) throw contentKeyWrong()
        const algorithm = { name: 'AES-GCM', iv: bytes.subarray(0, NONCE_BYTES), additionalData: place }
        const opened = await subtle.decrypt(algorithm, cipherKey, bytes.subarray(NONCE_BYTES)).catch(() => {
          throw contentKeyWrong()
        })
        yield new Uint8Array(opened)
      }
    },
  }
}

/** Pieces of one size but the last, each with its place: file, number, and whether it is the last. One at least. */
async function* numbered(
  name: string,
  pieces: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  pieceBytes: number,
): AsyncGenerator<{ bytes: Uint8Array<ArrayBuffer>; place: Uint8Array<ArrayBuffer> }> {
  let count = 0
  const placed = (bytes: Uint8Array<ArrayBuffer>, isLast: boolean) => {
    const place = new Uint8Array([...encode(name), 0, 0, 0, 0, isLast ? 1 : 0])
    new DataView(place.buffer).setUint32(place.length - 5, count++)
    return { bytes, place }
  }
  let current = new Uint8Array(pieceBytes)
  let have = 0
  for await (const piece of pieces) {
    for (let at = 0; at < piece.length; ) {
      // Only what follows shows that a full piece is not the last.
      if (have === pieceBytes) {
        yield placed(current, false)
        current = new Uint8Array(pieceBytes)
        have = 0
      }
      const part = piece.subarray(at, at + pieceBytes - have)
      current.set(part, have)
      have += part.length
      at += part.length
    }
  }
  yield placed(current.subarray(0, have), true)
}

const encode = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text)
const toHex = (bytes: Uint8Array): string => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')

function concat(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0))
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}
