/** A way out of a module's sandbox. It got what it wanted where it exits with 42. */
export type WasmAttack = {
  group: string
  name: string
  /** In the text format; null: `test/wasm/modules/reach.c`, with these arguments. */
  text: string | null
  args: readonly string[]
  /** What the text needs beside WebAssembly 2.0. */
  features?: Readonly<Record<string, boolean>>
  /** Runs twice; what the first left in /out lies in /in for the second. */
  twice?: true
  /** Wants to go on for ever: it got that where it still runs after a while. */
  endless?: true
  /** Got nothing unless what it left is taken out of /out. */
  leaves?: true
}

/** Places on the host that an attack may name. */
export type WasmPrey = { secret: string; victim: string; moved: string; mark: string }

const EXIT = '(import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))'
const program = (body: string, more = '(memory (export "memory") 1)'): string =>
  `(module ${EXIT} ${more} (func (export "_start") ${body}))`
const GOT = '(call $exit (i32.const 42))'
const FILES = 'A module and files'
const RESOURCES = 'A module and what it may use'
const MACHINE = 'A module and what differs between machines'
const ENGINE = 'A module and its engine'

/** Grows by 16 MiB until it is refused or has 1 GiB. */
const GROW = `(block $stop (loop $more
  (br_if $stop (i32.eq (memory.grow (i32.const 256)) (i32.const -1)))
  (br_if $more (i32.lt_u (memory.size) (i32.const 16384)))))
  (if (i32.ge_u (memory.size) (i32.const 16384)) (then ${GOT}))`

export const wasmAttacks = ({ secret, victim, moved, mark }: WasmPrey): WasmAttack[] => {
  const reach = (group: string, name: string, ...args: string[]): WasmAttack => ({ group, name, text: null, args })
  const text = (group: string, name: string, body: string, more: Partial<WasmAttack> = {}): WasmAttack => ({
    group,
    name,
    text: body,
    args: [],
    ...more,
  })
  return [
    reach(FILES, "read a file of the daemon's home by its path", 'read', secret),
    reach(FILES, 'read /etc/passwd', 'read', '/etc/passwd'),
    reach(FILES, 'read /etc/passwd by .. from /in', 'read', '/in/../../../../../etc/passwd'),
    reach(FILES, 'read its own process by /proc', 'read', '/proc/self/environ'),
    reach(FILES, 'read the machine by /sys', 'read', '/sys/kernel/mm/transparent_hugepage/enabled'),
    reach(FILES, "follow a link in /in to a host's file", 'read', '/in/link'),
    reach(FILES, "write a host's file by its path", 'write', victim),
    reach(FILES, "write a host's file by a link that it makes", 'by-link', victim),
    reach(FILES, "hard-link a host's file into /out", 'hard-link', secret),
    reach(FILES, "move a host's file into /out", 'rename', moved),
    reach(FILES, 'change a file that is lent read-only', 'write', '/in/given'),
    reach(FILES, 'remove a file that is lent read-only', 'remove', '/in/given'),
    { ...reach(FILES, 'leave a file for the next subtask', 'leave', `/tmp/${mark}`), twice: true },
    { ...reach(FILES, 'leave a name with a line end', 'line-end'), leaves: true },
    { ...reach(FILES, 'leave a name that is no UTF-8', 'broken-name'), leaves: true },
    reach(RESOURCES, 'write more bytes than it may', 'fill', '/out/full'),
    reach(RESOURCES, 'make a sparse file of 256 GiB', 'sparse'),
    reach(RESOURCES, 'make more files than it may', 'many-files'),
    reach(RESOURCES, 'nest folders without end', 'deep'),
    reach(RESOURCES, 'open files without end', 'descriptors'),
    { ...reach(RESOURCES, 'print without end', 'print'), endless: true },
    { ...reach(RESOURCES, 'fill the log', 'log'), endless: true },
    { ...reach(RESOURCES, 'sleep for ten minutes', 'sleep'), endless: true },
    text(RESOURCES, 'grow its memory to 1 GiB', program(GROW)),
    text(RESOURCES, 'begin with 4 GiB of memory', program(GOT, '(memory (export "memory") 65536)')),
    text(
      RESOURCES,
      'grow its memory to 1 GiB before it starts',
      `(module ${EXIT} (memory (export "memory") 1) (func $bomb ${GROW}) (start $bomb) (func (export "_start")))`,
    ),
    text(RESOURCES, 'compute without end', program('(loop $for_ever (br $for_ever))'), { endless: true }),
    text(
      RESOURCES,
      'compute without end before it starts',
      '(module (memory (export "memory") 1) (func $bomb (loop $e (br $e))) (start $bomb) (func (export "_start")))',
      { endless: true },
    ),
    text(
      RESOURCES,
      'begin with a table of 9 million entries',
      program(GOT, '(memory (export "memory") 1) (table 9000000 funcref)'),
    ),
    text(
      RESOURCES,
      'grow a table to 9 million entries',
      program(
        `(if (i32.ne (table.grow $t (ref.null func) (i32.const 9000000)) (i32.const -1)) (then ${GOT}))`,
        '(memory (export "memory") 1) (table $t 1 funcref)',
      ),
    ),
    text(
      RESOURCES,
      'have 100 tables of 100,000 entries',
      program(GOT, `(memory (export "memory") 1) ${'(table 100000 funcref)'.repeat(100)}`),
    ),
    text(
      RESOURCES,
      'take the stack of its process',
      `(module ${EXIT} (memory (export "memory") 1) (func $deep (call $deep) (call $deep)) (func (export "_start") (call $deep) ${GOT}))`,
    ),
    reach(MACHINE, 'read the clock', 'clock'),
    reach(MACHINE, 'measure time', 'stopwatch'),
    { ...reach(MACHINE, 'draw from true chance', 'chance', '/in/drawn'), twice: true },
    text(ENGINE, 'share memory between threads', program(GOT, '(memory (export "memory") 1 1 shared)'), {
      features: { threads: true },
    }),
    text(ENGINE, 'address memory with 64 bits', program(GOT, '(memory (export "memory") i64 1)'), {
      features: { memory64: true },
    }),
    text(ENGINE, 'have a second memory', program(GOT, '(memory (export "memory") 1) (memory 1)'), {
      features: { multi_memory: true },
    }),
    text(
      ENGINE,
      'throw exceptions',
      `(module ${EXIT} (memory (export "memory") 1) (tag $t) (func (export "_start") ${GOT}))`,
      {
        features: { exceptions: true },
      },
    ),
    text(
      ENGINE,
      'compute without end by tail calls',
      `(module (memory (export "memory") 1) (func $f (return_call $f)) (func (export "_start") (call $f)))`,
      {
        features: { tail_call: true },
        endless: true,
      },
    ),
    text(
      ENGINE,
      'use vectors whose results differ between processors',
      program(
        `(drop (f32x4.relaxed_madd (v128.const i32x4 0 0 0 0) (v128.const i32x4 0 0 0 0) (v128.const i32x4 0 0 0 0))) ${GOT}`,
      ),
      { features: { relaxed_simd: true } },
    ),
  ]
}
