import { z } from 'zod'

declare const brand: unique symbol
/** A string or number that only its own parser makes. */
export type Branded<T, Name extends string> = T & { readonly [brand]: Name }

export type Hex = `0x${string}`
/** 20 bytes, lower-case hex. Two addresses are equal when their strings are. */
export type Address = Branded<Hex, 'Address'>
/** 32 bytes, lower-case hex. */
export type Bytes32 = Branded<Hex, 'Bytes32'>
/** A compact secp256k1 signature, r | s | v, 65 bytes, low s. */
export type Signature = Branded<Hex, 'Signature'>
/** A CIDv1 in base32 text. */
export type Cid = Branded<string, 'Cid'>
/** Token base units: 10^18 are one GLM. */
export type Wei = bigint
/** Milliseconds since 1970. */
export type TimestampMs = number

const hex = (bytes: number) => new RegExp(`^0x[0-9a-fA-F]{${bytes * 2}}$`)

export const address = z
  .string()
  .regex(hex(20), 'an address is 0x and 40 hex digits')
  .transform((text) => text.toLowerCase() as Address)
export const bytes32 = z
  .string()
  .regex(hex(32), 'a hash is 0x and 64 hex digits')
  .transform((text) => text.toLowerCase() as Bytes32)
export const signature = z
  .string()
  .regex(hex(65), 'a signature is 0x and 130 hex digits')
  .transform((text) => text.toLowerCase() as Signature)
export const cid = z
  .string()
  .regex(/^b[a-z2-7]{20,200}$/, 'a CID is version 1 in base32')
  .transform((text) => text as Cid)

/** Amounts travel as decimal text, because JSON numbers lose digits past 2^53. */
export const wei = z
  .union([z.string().regex(/^\d{1,78}$/, 'an amount is a decimal number of base units'), z.bigint().nonnegative()])
  .transform((value) => BigInt(value) as Wei)

export const timestampMs = z.number().int().nonnegative()

/** Parses at a trusted edge (configuration, tests); throws zod's error. */
export const asAddress = (text: string): Address => address.parse(text)
export const asBytes32 = (text: string): Bytes32 => bytes32.parse(text)
export const asCid = (text: string): Cid => cid.parse(text)
