import { keccak_256 } from '@noble/hashes/sha3.js'
import { bytesToHex, concatBytes, hexToBytes, utf8ToBytes } from '@noble/hashes/utils.js'
import type { Address, Bytes32 } from './primitives.ts'

/** One flat struct: Golem signs no nested ones, so that a wallet shows every field at the top. */
export type TypedStruct = {
  name: string
  fields: readonly { readonly name: string; readonly type: FieldType }[]
}
export type FieldType = 'address' | 'bytes32' | 'string' | 'uint256' | 'uint128' | 'uint64' | 'uint32' | 'uint16'
export type TypedValue = Record<string, string | bigint | number>

/** Where a signature counts: one contract on one chain. */
export type Domain = { chainId: number; verifyingContract: Address }

const DOMAIN_TYPE = 'EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)'
const DOMAIN_NAME = 'Golem'
const DOMAIN_VERSION = '1'
const PREFIX = hexToBytes('1901')

const keccakText = (text: string) => keccak_256(utf8ToBytes(text))

/** keccak256 of bytes, as hex. */
export const keccakHex = (bytes: Uint8Array): Bytes32 => `0x${bytesToHex(keccak_256(bytes))}` as Bytes32

const word = (value: bigint): Uint8Array => {
  if (value < 0n || value >> 256n !== 0n) throw new RangeError(`${value} does not fit into 32 bytes`)
  return hexToBytes(value.toString(16).padStart(64, '0'))
}

function encodeField(type: FieldType, value: string | bigint | number): Uint8Array {
  if (type === 'string') return keccakText(String(value))
  if (type === 'bytes32' || type === 'address') return hexToBytes(String(value).slice(2).padStart(64, '0'))
  const number = BigInt(value)
  if (number >> BigInt(type.slice('uint'.length)) !== 0n) throw new RangeError(`${number} does not fit into ${type}`)
  return word(number)
}

/** Of the few structs that are signed; hashing a type costs as much as hashing a value. */
const typeHashes = new WeakMap<TypedStruct, Uint8Array>()

function typeHash(struct: TypedStruct): Uint8Array {
  const known = typeHashes.get(struct)
  if (known) return known
  const type = `${struct.name}(${struct.fields.map((field) => `${field.type} ${field.name}`).join(',')})`
  const hash = keccakText(type)
  typeHashes.set(struct, hash)
  return hash
}

/** A node signs for one contract or two; peers name others. */
const MAX_SEPARATORS = 16
const separators = new Map<string, Uint8Array>()

function separatorOf({ chainId, verifyingContract }: Domain): Uint8Array {
  const name = `${chainId}/${verifyingContract}`
  const known = separators.get(name)
  if (known) return known
  const separator = keccak_256(
    concatBytes(
      keccakText(DOMAIN_TYPE),
      keccakText(DOMAIN_NAME),
      keccakText(DOMAIN_VERSION),
      word(BigInt(chainId)),
      encodeField('address', verifyingContract),
    ),
  )
  if (separators.size >= MAX_SEPARATORS) separators.clear()
  separators.set(name, separator)
  return separator
}

/** `hashStruct` of EIP-712. */
export function hashStruct(struct: TypedStruct, value: TypedValue): Uint8Array {
  const words = struct.fields.map((field) => {
    const entry = value[field.name]
    if (entry === undefined) throw new RangeError(`${struct.name}.${field.name} is missing`)
    return encodeField(field.type, entry)
  })
  return keccak_256(concatBytes(typeHash(struct), ...words))
}

/**
 * The 32 bytes that are signed for a struct under EIP-712.
 *
 * @see https://eips.ethereum.org/EIPS/eip-712
 */
export function typedDigest(domain: Domain, struct: TypedStruct, value: TypedValue): Bytes32 {
  return keccakHex(concatBytes(PREFIX, separatorOf(domain), hashStruct(struct, value)))
}

/** keccak256 of canonical text, for fields that carry whole documents. */
export const hashText = (text: string): Bytes32 => keccakHex(utf8ToBytes(text))
