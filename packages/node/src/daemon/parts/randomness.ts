import { randomBytes } from 'node:crypto'

export const randomness = (length: number) => new Uint8Array(randomBytes(length))
