import { type ByteReader, concatBytes, encodeU32, MalformedModule, openReader } from './byte-reader.ts'
import { canonicalNans } from './canonical-nans.ts'
import { checkCode, checkValueType } from './check-code.ts'

export const PAGE_BYTES = 65_536
/** 4 GiB: what 32-bit addresses reach. */
const MOST_PAGES = 65_536
/** A module past this is no program that a person sends: Blender compiled whole has about as much. */
export const MAX_MODULE_BYTES = 64 * 1024 ** 2
/** An entry takes 16 to 40 bytes of the engine's own memory, which no limit of ours counts. */
const MAX_TABLE_ENTRIES = 100_000
const MAX_TABLES = 16

/** The name under which a confined module imports the memory that it declared. */
export const MEMORY_IMPORT = { module: 'golem', name: 'memory' } as const
export const WASI_MODULE = 'wasi_snapshot_preview1'

export type ConfinedModule = {
  bytes: Uint8Array<ArrayBuffer>
  /** What it begins with, and the most that it can grow to; null for a module without memory. */
  memory: { initialPages: number; maximumPages: number } | null
}

export type ConfineOptions = {
  memoryBytes: number
  /** Functions that may be imported from `WASI_MODULE`. */
  imports: ReadonlySet<string>
}

/** Sections in the order in which they must stand, by their ids. What is not named here is refused; 0 is left out. */
const ORDER = [1, 2, 3, 4, 5, 6, 7, 8, 9, 12, 10, 11] as const
const [TYPE, IMPORT, FUNCTION, TABLE, MEMORY, CODE] = [1, 2, 3, 4, 5, 10] as const
/** A section that declares nothing. */
const NOTHING = Uint8Array.of(0)
const FUNCTION_KIND = 0
const MEMORY_KIND = 2

/**
 * A module as it may run here: WebAssembly 2.0, with nothing but WASI's functions to call, tables of bounded size, and
 * its memory imported instead of its own. So that memory can be capped whatever the module declares, and given again to
 * the next instance once it is zeroed, which costs a twentieth of a new one (an engine maps 10 GiB of addresses for
 * each). Results that may be NaN are given one NaN's bits, since processors differ in them and programs print them
 * (`-nan`). Bytes that the engine reads differently than we do gain nothing: it is given what we wrote.
 *
 * @throws {MalformedModule} what it has that it must not have
 * @see https://www.w3.org/TR/wasm-core-2/#binary-modules%E2%91%A0
 */
export function confineModule(source: Uint8Array, { memoryBytes, imports }: ConfineOptions): ConfinedModule {
  if (source.length > MAX_MODULE_BYTES)
    throw new MalformedModule(`it has ${source.length} bytes; ${MAX_MODULE_BYTES} are allowed`)
  const sections = readSections(source)
  const memory = readMemory(sections.get(MEMORY), Math.floor(memoryBytes / PAGE_BYTES))
  sections.delete(MEMORY)
  const parameterCounts = readTypes(sections.get(TYPE))
  sections.set(IMPORT, confineImports(sections.get(IMPORT) ?? NOTHING, imports, memory))
  const tables = sections.get(TABLE)
  if (tables !== undefined) sections.set(TABLE, confineTables(tables))
  const code = sections.get(CODE)
  if (code !== undefined) {
    const types = readIndices(sections.get(FUNCTION)).map((type) => parameterCounts[type])
    sections.set(CODE, confineCode(code, types))
  }
  return { bytes: writeSections(sections), memory }
}

function readSections(source: Uint8Array): Map<number, Uint8Array> {
  const reader = openReader(source)
  const header = [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00]
  if (header.some((byte) => reader.byte() !== byte)) throw new MalformedModule('it is no WebAssembly module')
  const sections = new Map<number, Uint8Array>()
  while (!reader.isAtEnd) {
    const id = reader.byte()
    const payload = reader.bytes(reader.u32())
    if (id === 0) continue
    if (!(ORDER as readonly number[]).includes(id)) throw new MalformedModule(`it has a section ${id}`)
    if (sections.has(id)) throw new MalformedModule(`it has two sections ${id}`)
    sections.set(id, payload)
  }
  return sections
}

function writeSections(sections: ReadonlyMap<number, Uint8Array>): Uint8Array<ArrayBuffer> {
  const parts: (Uint8Array | number[])[] = [[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00]]
  for (const id of ORDER) {
    const payload = sections.get(id)
    if (payload !== undefined) parts.push([id, ...encodeU32(payload.length)], payload)
  }
  return concatBytes(parts)
}

/** How many parameters each type has. Functions only: structures and arrays live where no limit of ours counts. */
function readTypes(payload: Uint8Array = NOTHING): number[] {
  const reader = openReader(payload)
  const parameterCounts: number[] = []
  for (let left = reader.u32(); left > 0; left -= 1) {
    if (reader.byte() !== 0x60) throw new MalformedModule('it declares a type that is no function')
    const [parameters] = ['parameters', 'results'].map(() => {
      const count = reader.u32()
      for (let types = count; types > 0; types -= 1) checkValueType(reader.byte())
      return count
    })
    parameterCounts.push(parameters ?? 0)
  }
  return parameterCounts
}

/** The types of the functions that the module has itself. */
function readIndices(payload: Uint8Array = NOTHING): number[] {
  const reader = openReader(payload)
  const indices: number[] = []
  for (let left = reader.u32(); left > 0; left -= 1) indices.push(reader.u32())
  return indices
}

function readMemory(payload: Uint8Array | undefined, allowedPages: number): ConfinedModule['memory'] {
  if (payload === undefined) return null
  const reader = openReader(payload)
  const count = reader.u32()
  if (count === 0) return null
  if (count > 1) throw new MalformedModule('it has more than one memory')
  const { initial, maximum } = readBounds(reader, 'memory')
  if (initial > allowedPages)
    throw new MalformedModule(
      `it begins with ${initial * PAGE_BYTES} bytes of memory; ${allowedPages * PAGE_BYTES} are allowed`,
    )
  return { initialPages: initial, maximumPages: Math.min(maximum ?? MOST_PAGES, allowedPages, MOST_PAGES) }
}

/** Only what is neither shared between threads nor addressed with 64 bits. */
function readBounds(reader: ByteReader, what: string): { initial: number; maximum: number | null } {
  const flags = reader.byte()
  if (flags > 1) throw new MalformedModule(`it has a ${what} of a kind that is not allowed: shared, or of 64 bits`)
  const initial = reader.u32()
  return { initial, maximum: flags === 1 ? reader.u32() : null }
}

function confineImports(
  payload: Uint8Array,
  allowed: ReadonlySet<string>,
  memory: ConfinedModule['memory'],
): Uint8Array {
  const reader = openReader(payload)
  const count = reader.u32()
  const begin = reader.position
  for (let left = count; left > 0; left -= 1) {
    const module = reader.name()
    const name = reader.name()
    if (reader.byte() !== FUNCTION_KIND || module !== WASI_MODULE || !allowed.has(name))
      throw new MalformedModule(`it imports ${JSON.stringify(`${module}.${name}`)}; only WASI preview 1 is there`)
    reader.u32()
  }
  if (!reader.isAtEnd) throw new MalformedModule('its imports do not end where they should')
  if (memory === null) return payload
  const rest = payload.subarray(begin)
  const entry = [
    ...encodeName(MEMORY_IMPORT.module),
    ...encodeName(MEMORY_IMPORT.name),
    MEMORY_KIND,
    1,
    ...encodeU32(memory.initialPages),
    ...encodeU32(memory.maximumPages),
  ]
  return concatBytes([encodeU32(count + 1), rest, entry])
}

const encodeName = (name: string): number[] => {
  const bytes = new TextEncoder().encode(name)
  return [...encodeU32(bytes.length), ...bytes]
}

/** Tables keep what they begin with, and grow to our bound at most. */
function confineTables(payload: Uint8Array): Uint8Array {
  const reader = openReader(payload)
  const count = reader.u32()
  if (count > MAX_TABLES) throw new MalformedModule(`it has ${count} tables; ${MAX_TABLES} are allowed`)
  const parts = [encodeU32(count)]
  for (let left = count; left > 0; left -= 1) {
    const type = reader.byte()
    checkValueType(type)
    const { initial, maximum } = readBounds(reader, 'table')
    if (initial > MAX_TABLE_ENTRIES)
      throw new MalformedModule(`a table begins with ${initial} entries; ${MAX_TABLE_ENTRIES} are allowed`)
    parts.push([
      type,
      1,
      ...encodeU32(initial),
      ...encodeU32(Math.min(maximum ?? MAX_TABLE_ENTRIES, MAX_TABLE_ENTRIES)),
    ])
  }
  return concatBytes(parts)
}

function confineCode(payload: Uint8Array, parameterCounts: readonly (number | undefined)[]): Uint8Array {
  const reader = openReader(payload)
  const count = reader.u32()
  if (count !== parameterCounts.length) throw new MalformedModule('it has another number of functions than of bodies')
  const parts: (Uint8Array | number[])[] = [encodeU32(count)]
  for (const parameterCount of parameterCounts) {
    const body = reader.bytes(reader.u32())
    const checked = checkCode(openReader(body))
    if (parameterCount === undefined) throw new MalformedModule('a function has a type that is not there')
    const confined = canonicalNans(body, checked, parameterCount)
    parts.push(encodeU32(confined.length), confined)
  }
  if (!reader.isAtEnd) throw new MalformedModule('its code does not end where it should')
  return concatBytes(parts)
}
