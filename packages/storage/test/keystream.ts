import { createCipheriv, createHash } from 'node:crypto'

/** The bytes that the published vectors of IPIP-499 are made of: ChaCha20 under the hash of a seed. */
export function keystream(seed: string, sizeBytes: number): Uint8Array {
  const key = createHash('sha256').update(seed).digest()
  return createCipheriv('chacha20', key, Buffer.alloc(16)).update(Buffer.alloc(sizeBytes))
}

const LETTERS = 'abcdefghijklmnopqrstuvwxyz01234567890-_'

/** The file names of the same vectors: so many letters each, `lastLength` for the last. */
export function keystreamNames(seed: string, count: number, length: number, lastLength: number): string[] {
  const letters = [...keystream(seed, 1024 * 1024)].map((byte) => LETTERS[byte % LETTERS.length]).join('')
  return Array.from({ length: count }, (_, i) =>
    letters.slice(i * length, i * length + (i === count - 1 ? lastLength : length)),
  )
}
