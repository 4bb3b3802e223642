import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { wat } from '../../../test/wasm/wat.ts'
import { createInstanceRunner } from '../run-instance.ts'
import { MalformedModule } from './byte-reader.ts'
import { confineModule, MAX_MODULE_BYTES, PAGE_BYTES } from './confine-module.ts'

const { imports } = createInstanceRunner()
const options = { memoryBytes: 16 * PAGE_BYTES, imports }
const confine = (bytes: Uint8Array) => confineModule(bytes, options)
type Described = { module: string; name: string; kind: string }
const { WebAssembly } = globalThis as unknown as {
  WebAssembly: {
    Module: { new (bytes: Uint8Array): object; imports(module: object): Described[] }
    validate(bytes: Uint8Array): boolean
  }
}

/** What a module of WebAssembly 2.0 can have, most of it at once. */
const RICH = `(module
  (type $callback (func (param i32) (result i32)))
  (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
  (memory (export "memory") 1 4)
  (table $calls 3 funcref)
  (global $count (mut i32) (i32.const 0))
  (elem (table $calls) (i32.const 0) func $twice)
  (data (i32.const 8) "text")
  (func $twice (type $callback) (i32.mul (local.get 0) (i32.const 2)))
  (func $pair (param f64) (result f64 i32) (local v128 i64)
    (local.set 1 (f32x4.add (v128.load offset=4 align=4 (i32.const 0)) (f32x4.splat (f32.const 1.5))))
    (local.set 2 (i64.trunc_sat_f64_s (local.get 0)))
    (f64.add (f64.sqrt (local.get 0)) (f64.convert_i64_s (local.get 2)))
    (i32x4.extract_lane 2 (local.get 1)))
  (func (export "_start") (local i32)
    (block $done
      (loop $again
        (local.set 0 (i32.add (local.get 0) (i32.const 1)))
        (br_if $again (i32.lt_s (local.get 0) (i32.const 9)))
        (br_table $done $again $done (local.get 0))))
    (memory.copy (i32.const 64) (i32.const 0) (i32.const 32))
    (memory.fill (i32.const 96) (i32.const 7) (i32.const 8))
    (drop (call_indirect (type $callback) (i32.const 21) (i32.const 0)))
    (drop (table.grow $calls (ref.null func) (i32.const 1)))
    (global.set $count (i32.extend8_s (global.get $count)))
    (drop (select (result i32) (i32.const 1) (i32.const 2) (i32.const 0)))
    (call $pair (f64.const 2)) (drop) (drop)
    (call $exit (global.get $count))))`

describe('confineModule', () => {
  it('leaves a module of WebAssembly 2.0 valid, its memory imported and capped', async () => {
    const { bytes, memory } = confine(await wat(RICH))
    const module = new WebAssembly.Module(bytes)
    expect(WebAssembly.Module.imports(module)).toEqual([
      { module: 'wasi_snapshot_preview1', name: 'proc_exit', kind: 'function' },
      { module: 'golem', name: 'memory', kind: 'memory' },
    ])
    expect(memory).toEqual({ initialPages: 1, maximumPages: 4 })
  })

  it('caps a memory that names no maximum, or a greater one', async () => {
    expect(confine(await wat('(module (memory 2))')).memory).toEqual({ initialPages: 2, maximumPages: 16 })
    expect(confine(await wat('(module (memory 2 65536))')).memory).toEqual({ initialPages: 2, maximumPages: 16 })
  })

  it('refuses to begin with more memory than is allowed, and says both figures', async () => {
    const bytes = await wat('(module (memory 17))')
    expect(() => confine(bytes)).toThrow('it begins with 1114112 bytes of memory; 1048576 are allowed')
  })

  it('leaves out names, hints and whatever else tools put beside the code', async () => {
    const custom = (name: string) => [0, name.length + 2, name.length, ...new TextEncoder().encode(name), 1]
    const bytes = await wat('(module (func (export "_start")))')
    const padded = Uint8Array.of(...bytes, ...custom('sourceMappingURL'), ...custom('metadata.code.branch_hint'))
    expect(confine(padded).bytes).toEqual(confine(bytes).bytes)
  })

  it.each([
    ['another import', '(module (import "env" "system" (func (param i32))))', 'imports "env.system"'],
    ['an unknown call of WASI', '(module (import "wasi_snapshot_preview1" "fork" (func)))', '.fork"'],
    ['a memory of somebody else', '(module (import "env" "memory" (memory 1)))', 'imports "env.memory"'],
    ['a table of somebody else', '(module (import "env" "t" (table 1 funcref)))', 'imports "env.t"'],
    ['a shared memory', '(module (memory 1 2 shared))', 'a memory of a kind'],
    ['a memory of 64 bits', '(module (memory i64 1))', 'a memory of a kind'],
    ['two memories', '(module (memory 1) (memory 1))', 'more than one memory'],
    ['a giant table', '(module (table 9000000 funcref))', 'begins with 9000000 entries'],
    ['many tables', `(module ${'(table 1 funcref) '.repeat(17)})`, '17 tables'],
    ['atomics', '(module (memory 1) (func (drop (i32.atomic.load (i32.const 0)))))', 'instruction 0xfe'],
    ['exceptions', '(module (tag) (func (throw 0)))', 'a section 13'],
    ['tail calls', '(module (func $f (return_call $f)))', 'instruction 0x12'],
  ])('refuses %s', async (_what, text, message) => {
    const bytes = await wat(text, {
      threads: true,
      exceptions: true,
      memory64: true,
      tail_call: true,
    })
    expect(() => confine(bytes)).toThrow(MalformedModule)
    expect(() => confine(bytes)).toThrow(message)
  })

  /** A function's body between what surrounds it. */
  const withBody = (...code: number[]): Uint8Array =>
    Uint8Array.of(
      ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
      ...[1, 4, 1, 0x60, 0, 0, 3, 2, 1, 0, 5, 3, 1, 0, 1],
      ...[10, code.length + 4, 1, code.length + 2, 0, ...code, 0x0b],
    )

  it.each([
    ['relaxed SIMD', [0xfd, 0x85, 0x02], 'relaxed SIMD'],
    ['garbage-collected structures', [0xfb, 0x00, 0x00], 'instruction 0xfb'],
    ['references to typed functions', [0x14, 0x00], 'instruction 0x14'],
    ['an access to a second memory', [0x41, 0, 0x28, 0x42, 1, 0, 0x1a], 'a second memory'],
    ['an instruction that is none', [0xff], 'instruction 0xff'],
    ['an end in mid-instruction', [0xfd, 12, 1], 'it ends too early'],
  ])('refuses %s', (_what, code, message) => {
    expect(() => confine(withBody(...(code as number[])))).toThrow(message as string)
  })

  it('refuses structures, arrays and other types that are no functions', () => {
    const bytes = Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 1, 4, 1, 0x5e, 0x7f, 1)
    expect(() => confine(bytes)).toThrow('a type that is no function')
  })

  it('refuses a module that is larger than any, before it looks into it', () => {
    expect(() => confine(new Uint8Array(MAX_MODULE_BYTES + 1))).toThrow('are allowed')
  })

  it('gives every computed NaN the same bits', async () => {
    const bytes = await wat('(module (func (export "_start") (drop (f64.div (f64.const 0) (f64.const 0)))))')
    // The division, then: keep it, NaN, itself twice, compare, choose.
    const expected = 'a32200440000000000 00f87f20002000611b'.replaceAll(' ', '')
    expect(Buffer.from(confine(bytes).bytes).toString('hex')).toContain(expected)
  })

  it('never lets the engine have what it did not understand: mutated modules are refused, or valid as far as the engine says', async () => {
    const rich = await wat(RICH)
    fc.assert(
      fc.property(
        fc.array(fc.record({ at: fc.nat(rich.length - 1), value: fc.nat(255) }), { minLength: 1, maxLength: 4 }),
        fc.option(fc.nat(rich.length)),
        (changes, cut) => {
          const mutated = rich.slice(0, cut ?? undefined)
          for (const { at, value } of changes) if (at < mutated.length) mutated[at] = value
          try {
            const { bytes, memory } = confine(mutated)
            if (!WebAssembly.validate(bytes)) return
            const described = WebAssembly.Module.imports(new WebAssembly.Module(bytes))
            expect(described.filter(({ kind }) => kind !== 'function')).toHaveLength(memory === null ? 0 : 1)
            for (const { module, name, kind } of described)
              expect(kind === 'memory' || (module === 'wasi_snapshot_preview1' && imports.has(name))).toBe(true)
          } catch (error) {
            if (!(error instanceof MalformedModule)) throw error
          }
        },
      ),
      { numRuns: process.env.GOLEM_DEEP ? 200_000 : 3_000 },
    )
  })
})
