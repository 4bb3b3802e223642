import { type ByteReader, MalformedModule } from './byte-reader.ts'

/** What follows an opcode of one byte, where it is one or two numbers only. */
const NUMBERS_AFTER: Readonly<Record<number, number>> = {
  12: 1, // br
  13: 1, // br_if
  16: 1, // call
  17: 2, // call_indirect
  32: 1, // local.get
  33: 1,
  34: 1,
  35: 1, // global.get
  36: 1,
  37: 1, // table.get
  38: 1,
  210: 1, // ref.func
}
/** The same after 0xfc, from 8 on: memory.init to table.fill. */
const NUMBERS_AFTER_FC = [2, 1, 2, 1, 2, 1, 2, 1, 1, 1] as const
/** Alignment is told as a power of two; the largest access has 16 bytes. Higher bits name another memory. */
const MAX_ALIGNMENT = 4

/** The type of what an instruction leaves that may be NaN: a number, or numbers in a vector. */
export type NanSource = 'f32' | 'f64' | 'f32x4' | 'f64x2'

export type CheckedCode = {
  localCount: number
  /** Where the declarations of locals end, and the instructions begin. */
  codeAt: number
  /** Instructions whose result may be NaN, in order; `at` is where the next instruction begins. */
  nanSources: { type: NanSource; at: number }[]
}

/**
 * Walks through one function's body and refuses every instruction that WebAssembly 2.0 does not have: those that give
 * another answer on another machine (relaxed SIMD, threads), and those that allocate where no limit of ours counts
 * (garbage collection). What else may be wrong with the body, the engine's own validation finds.
 *
 * @throws {MalformedModule}
 * @see https://www.w3.org/TR/wasm-core-2/#instructions%E2%91%A6
 */
export function checkCode(body: ByteReader): CheckedCode {
  let localCount = 0
  for (let groups = body.u32(); groups > 0; groups -= 1) {
    localCount += body.u32()
    checkValueType(body.byte())
  }
  const codeAt = body.position
  const nanSources: CheckedCode['nanSources'] = []
  while (!body.isAtEnd) {
    const type = checkInstruction(body)
    if (type !== null) nanSources.push({ type, at: body.position })
  }
  return { localCount, codeAt, nanSources }
}

/** Numbers, vectors, and references to functions and to what is outside. */
export function checkValueType(type: number): void {
  const isNumber = type >= 0x7b && type <= 0x7f
  if (!isNumber && type !== 0x70 && type !== 0x6f) throw new MalformedModule(`it uses the value type ${hex(type)}`)
}

/** Returns what its result is, where that may be NaN. */
function checkInstruction(body: ByteReader): NanSource | null {
  const opcode = body.byte()
  const numbers = NUMBERS_AFTER[opcode]
  if (opcode >= 0x45 && opcode <= 0xc4) return scalarNanSource(opcode)
  if (opcode === 0xfd) return checkVector(body)
  if (numbers !== undefined) skipNumbers(body, numbers)
  else if (opcode >= 0x28 && opcode <= 0x3e) skipMemoryArgument(body)
  else skipOperands(body, opcode)
  return null
}

function skipOperands(body: ByteReader, opcode: number): void {
  switch (opcode) {
    case 0x00: // unreachable
    case 0x01: // nop
    case 0x05: // else
    case 0x0b: // end
    case 0x0f: // return
    case 0x1a: // drop
    case 0x1b: // select
    case 0xd1: // ref.is_null
      break
    case 0x02: // block
    case 0x03: // loop
    case 0x04: // if
      body.skipSigned(33)
      break
    case 0x0e: // br_table
      skipNumbers(body, body.u32() + 1)
      break
    case 0x1c: // select with types
      for (let types = body.u32(); types > 0; types -= 1) checkValueType(body.byte())
      break
    case 0x3f: // memory.size
    case 0x40: // memory.grow
      if (body.byte() !== 0) throw new MalformedModule('it names a second memory')
      break
    case 0x41: // i32.const
      body.skipSigned(32)
      break
    case 0x42: // i64.const
      body.skipSigned(64)
      break
    case 0x43: // f32.const
      body.skip(4)
      break
    case 0x44: // f64.const
      body.skip(8)
      break
    case 0xd0: // ref.null
      checkValueType(body.byte())
      break
    case 0xfc:
      checkBulk(body)
      break
    default:
      throw new MalformedModule(`it uses the instruction ${hex(opcode)}`)
  }
}

/** Signs are set by `neg`, `abs` and `copysign` alike everywhere; other results are NaN with any bits. */
function scalarNanSource(opcode: number): NanSource | null {
  if ((opcode >= 0x8d && opcode <= 0x97) || opcode === 0xb6) return 'f32'
  if ((opcode >= 0x9b && opcode <= 0xa5) || opcode === 0xbb) return 'f64'
  return null
}

function vectorNanSource(opcode: number): NanSource | null {
  if ((opcode >= 103 && opcode <= 106) || (opcode >= 227 && opcode <= 233) || opcode === 94) return 'f32x4'
  if (opcode === 116 || opcode === 117 || opcode === 122 || opcode === 148) return 'f64x2'
  if ((opcode >= 239 && opcode <= 245) || opcode === 95) return 'f64x2'
  return null
}

function checkBulk(body: ByteReader): void {
  const opcode = body.u32()
  if (opcode < 8) return
  const numbers = NUMBERS_AFTER_FC[opcode - 8]
  if (numbers === undefined) throw new MalformedModule(`it uses the instruction 0xfc ${hex(opcode)}`)
  skipNumbers(body, numbers)
}

function checkVector(body: ByteReader): NanSource | null {
  const opcode = body.u32()
  if (opcode > 255) throw new MalformedModule('it uses relaxed SIMD, whose answers depend on the machine')
  if (opcode === 12 || opcode === 13) body.skip(16)
  else if (opcode <= 11 || opcode === 92 || opcode === 93) skipMemoryArgument(body)
  else if (opcode >= 84 && opcode <= 91) {
    skipMemoryArgument(body)
    body.skip(1)
  } else if (opcode >= 21 && opcode <= 34) body.skip(1)
  return vectorNanSource(opcode)
}

function skipNumbers(body: ByteReader, count: number): void {
  for (let left = count; left > 0; left -= 1) body.u32()
}

function skipMemoryArgument(body: ByteReader): void {
  if (body.u32() > MAX_ALIGNMENT) throw new MalformedModule('it names a second memory')
  body.u32()
}

const hex = (value: number): string => `0x${value.toString(16).padStart(2, '0')}`
