/**
 * Spoils messages in the ways in which peers lie, versions differ and links fail. The same seed spoils in the same way.
 *
 * @example
 * const mutator = createMutator()
 * handler(mutator.bytes(mutator.pick(samples)))
 */
export type Mutator = {
  /** To be told where a test fails. */
  readonly seed: number
  /** One of these, by chance. */
  pick<T>(items: readonly T[]): T
  /** From 0 to below `limit`. */
  below(limit: number): number
  /** A message, spoilt a little or a lot; where it is JSON, often still JSON, of other values. */
  bytes(sample: Uint8Array): Uint8Array
}

export function createMutator(seed = Math.floor(Math.random() * 0xffff_ffff)): Mutator {
  let state = seed >>> 0 || 1
  const below = (limit: number): number => {
    // xorshift32, which is enough to be unlike anything that was thought of
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return (state >>> 0) % limit
  }
  const pick = <T>(items: readonly T[]): T => items[below(items.length)] as T
  const chance = { below, pick }
  return {
    seed,
    below,
    pick,
    bytes(sample) {
      const json = below(3) === 0 ? null : parsed(sample)
      if (json === null) return spoilBytes(sample, chance)
      let value: unknown = json
      for (let times = 1 + below(2); times > 0; times--) value = spoilValue(value, chance, 0)
      const text = (JSON.stringify(value) ?? 'null').replace(DEEP, DEEP_JSON)
      const bytes = new TextEncoder().encode(below(20) === 0 ? text.slice(0, below(text.length + 1)) : text)
      return below(20) === 0 ? spoilBytes(bytes, chance) : bytes
    },
  }
}

type Chance = Pick<Mutator, 'below' | 'pick'>

const ODD_BYTES = [0, 1, 0x7f, 0x80, 0xff, 0x22, 0x5b, 0x7b, 0x5c]
const ODD_TEXTS = ['', '0', '-1', '0x', '\u0000', '\ud800', '../../etc', '1e400', '__proto__', 'x'.repeat(70_000)]
/** Stands for JSON that is deeper than a stack: making that as a value takes JSON.stringify a time that grows with its square. */
const DEEP = '"\\u0001deep"'
const DEEP_JSON = '['.repeat(20_000) + ']'.repeat(20_000)
const ODD_NUMBERS = [0, -0, -1, 0.5, 2 ** 31, 2 ** 32, 2 ** 53, -(2 ** 53), 1e308, 1e-320]

function spoilBytes(sample: Uint8Array, { below, pick }: Chance): Uint8Array {
  const bytes = [...sample.subarray(0, 100_000)]
  for (let times = 1 + below(4); times > 0; times--) {
    const at = below(bytes.length + 1)
    const length = below(Math.min(64, bytes.length + 1))
    switch (below(6)) {
      case 0:
        if (at < bytes.length) bytes[at] = (bytes[at] ?? 0) ^ (1 << below(8))
        break
      case 1:
        bytes.splice(at, length)
        break
      case 2:
        bytes.splice(at, 0, ...Array.from({ length }, () => pick(ODD_BYTES)))
        break
      case 3:
        bytes.splice(at, 0, ...bytes.slice(at, at + length))
        break
      case 4:
        bytes.length = at
        break
      default:
        if (at < bytes.length) bytes[at] = pick(ODD_BYTES)
    }
  }
  return Uint8Array.from(bytes)
}

/** Another value in its place, or the same with a part spoilt. */
function spoilValue(value: unknown, chance: Chance, depth: number): unknown {
  const { below } = chance
  if (typeof value === 'object' && value !== null && depth < 8 && below(6) > 0) {
    return Array.isArray(value) ? spoilList(value, chance, depth) : spoilRecord(value, chance, depth)
  }
  return oddValue(value, chance)
}

function spoilList(list: readonly unknown[], chance: Chance, depth: number): unknown[] {
  const { below } = chance
  const at = below(list.length + 1)
  const item = list[at]
  if (below(4) === 0) return [...list.slice(0, at), ...list.slice(at + 1)]
  if (below(4) === 0) return Array.from({ length: 1 + below(2_000) }, () => item ?? 0)
  return list.map((each, index) => (index === at ? spoilValue(each, chance, depth + 1) : each))
}

function spoilRecord(record: object, chance: Chance, depth: number): object {
  const { below, pick } = chance
  const entries = Object.entries(record)
  if (entries.length === 0) return { x: 1 }
  const [name] = pick(entries)
  switch (below(8)) {
    case 0:
      return Object.fromEntries(entries.filter(([each]) => each !== name))
    case 1:
      return { ...record, [pick(ODD_TEXTS.slice(0, -1))]: oddValue(1, chance) }
    case 2:
      return { ...record, [name]: pick(entries)[1] }
    default:
      return Object.fromEntries(
        entries.map(([each, value]) => [each, each === name ? spoilValue(value, chance, depth + 1) : value]),
      )
  }
}

function oddValue(value: unknown, { below, pick }: Chance): unknown {
  switch (below(9)) {
    case 0:
      return null
    case 1:
      return pick(ODD_NUMBERS)
    case 2:
      return pick(ODD_TEXTS)
    case 3:
      return typeof value === 'string' ? value.slice(0, below(value.length + 1)) : String(value)
    case 4:
      return typeof value === 'string' ? value + pick(ODD_TEXTS) : [value]
    case 5:
      return typeof value === 'number' ? value + pick([-1, 1, 0.1, 1e9]) : { value }
    case 6:
      return typeof value === 'string' && value.length > 0 ? swapped(value, below(value.length)) : below(2) === 0
    case 7:
      return below(3) === 0 ? JSON.parse(DEEP) : nested(value, pick([2, 50]))
    default:
      return typeof value === 'string' && /^\d+$/.test(value) ? pick(['0', '1', '9'.repeat(78), '-5', '01']) : value
  }
}

/** With another letter or digit at one place: what is signed, hashed or named is then another. */
function swapped(text: string, at: number): string {
  const other = text[at] === '1' ? '2' : '1'
  return text.slice(0, at) + other + text.slice(at + 1)
}

function nested(value: unknown, depth: number): unknown {
  let all = value
  for (let level = 0; level < depth; level++) all = [all]
  return all
}

function parsed(sample: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(sample))
  } catch {
    return null
  }
}
