import { concatBytes, encodeU32, openReader } from './byte-reader.ts'
import type { CheckedCode, NanSource } from './check-code.ts'

const [LOCAL_GET, LOCAL_TEE, SELECT, VECTOR] = [0x20, 0x22, 0x1b, 0xfd] as const
const NAN_F32 = [0x00, 0x00, 0xc0, 0x7f] as const
const NAN_F64 = [0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0xf8, 0x7f] as const

type Forms = { valueType: number; constant: readonly number[]; equal: readonly number[]; choose: readonly number[] }

/** By type: how a local of it is declared, its NaN, what tells whether two are equal, and what chooses by that. */
const FORMS: Readonly<Record<NanSource, Forms>> = {
  f32: { valueType: 0x7d, constant: [0x43, ...NAN_F32], equal: [0x5b], choose: [SELECT] },
  f64: { valueType: 0x7c, constant: [0x44, ...NAN_F64], equal: [0x61], choose: [SELECT] },
  f32x4: {
    valueType: 0x7b,
    constant: [VECTOR, 12, ...NAN_F32, ...NAN_F32, ...NAN_F32, ...NAN_F32],
    equal: [VECTOR, 0x41],
    choose: [VECTOR, 0x52],
  },
  f64x2: {
    valueType: 0x7b,
    constant: [VECTOR, 12, ...NAN_F64, ...NAN_F64],
    equal: [VECTOR, 0x47],
    choose: [VECTOR, 0x52],
  },
}

/**
 * A function's body in which every computed NaN has the same bits on every processor: after each instruction that may
 * leave one, the value is kept where it equals itself, and replaced otherwise. x86 and ARM differ in the sign.
 *
 * @see https://www.w3.org/TR/wasm-core-2/#nan-propagation
 */
export function canonicalNans(body: Uint8Array, checked: CheckedCode, parameterCount: number): Uint8Array {
  const { nanSources, codeAt, localCount } = checked
  if (nanSources.length === 0) return body
  const types = [...new Set(nanSources.map(({ type }) => FORMS[type].valueType))]
  const localOf = (type: NanSource): number[] =>
    encodeU32(parameterCount + localCount + types.indexOf(FORMS[type].valueType))
  const reader = openReader(body)
  const groups = reader.u32()
  const parts: (Uint8Array | readonly number[])[] = [
    encodeU32(groups + types.length),
    body.subarray(reader.position, codeAt),
    ...types.map((type) => [1, type]),
  ]
  let from = codeAt
  for (const { type, at } of nanSources) {
    const { constant, equal, choose } = FORMS[type]
    const local = localOf(type)
    parts.push(body.subarray(from, at))
    parts.push([LOCAL_TEE, ...local, ...constant, LOCAL_GET, ...local, LOCAL_GET, ...local, ...equal, ...choose])
    from = at
  }
  parts.push(body.subarray(from))
  return concatBytes(parts)
}
