import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { file, openGuest, RESULT_AT, ROOT_FD } from '../../../test/wasm/guest.ts'
import type { HostFolder } from '../lay-files.ts'
import { ERRNO, OPEN_FLAG, RIGHT, WHENCE } from './abi.ts'
import { createWasi } from './create-wasi.ts'
import { ProgramExit } from './wasi-host.ts'

const INPUTS: HostFolder = new Map([
  ['app', new Map([['tool.wasm', file('code')]])],
  [
    'in',
    new Map<string, ReturnType<typeof file> | HostFolder>([
      ['a.txt', file('hello')],
      ['deep', new Map([['b.txt', file('below')]])],
    ]),
  ],
])
const CREATE = { flags: OPEN_FLAG.create }

describe('files in memory', () => {
  it('reads what was laid, and never writes it', () => {
    const guest = openGuest(INPUTS)
    const fd = guest.open('in/a.txt', { rights: RIGHT.read }) as number
    expect(guest.read(fd, 3)).toBe('hel')
    expect(guest.read(fd)).toBe('lo')
    expect(guest.read(fd)).toBe('')
    expect(guest.write(fd, 'x')).toEqual({ errno: ERRNO.badf })
    expect(guest.open('in/a.txt')).toEqual({ errno: ERRNO.rofs })
    expect(guest.open('in/a.txt', { flags: OPEN_FLAG.truncate, rights: RIGHT.read })).toEqual({ errno: ERRNO.rofs })
    expect(guest.open('in/new', CREATE)).toEqual({ errno: ERRNO.rofs })
    expect(guest.path('path_unlink_file', 'in/a.txt')).toBe(ERRNO.rofs)
    expect(guest.path('path_create_directory', 'in/more')).toBe(ERRNO.rofs)
    expect(guest.path('path_create_directory', 'more')).toBe(ERRNO.rofs)
    expect(guest.path('path_remove_directory', 'out')).toBe(ERRNO.rofs)
  })

  it('lists folders, in the same order everywhere', () => {
    const guest = openGuest(INPUTS)
    expect(guest.names(ROOT_FD)).toEqual(['.', '..', 'app', 'in', 'out', 'tmp'])
    expect(guest.names(guest.open('in') as number)).toEqual(['.', '..', 'a.txt', 'deep'])
    const reversed = openGuest(new Map([...INPUTS].reverse()))
    expect(reversed.names(ROOT_FD)).toEqual(['.', '..', 'app', 'in', 'out', 'tmp'])
  })

  it('keeps what is written, at any position', () => {
    const guest = openGuest()
    const fd = guest.open('out/made', CREATE) as number
    expect(guest.write(fd, 'abcdef')).toBe(6)
    expect(guest.call('fd_seek', fd, 8n, WHENCE.set, RESULT_AT)).toBe(ERRNO.success)
    guest.write(fd, 'z')
    guest.call('fd_seek', fd, -2n, WHENCE.end, RESULT_AT)
    expect(guest.u64(RESULT_AT)).toBe(7n)
    expect(guest.left()).toEqual({ made: 'abcdef\0\0z' })
    const appending = guest.open('out/made', { fdFlags: 1 }) as number
    guest.write(appending, '!')
    expect(guest.left()).toEqual({ made: 'abcdef\0\0z!' })
    guest.call('fd_filestat_set_size', fd, 3n)
    guest.call('fd_filestat_set_size', fd, 5n)
    expect(guest.left()).toEqual({ made: 'abc\0\0' })
    expect(guest.open('out/made', { flags: OPEN_FLAG.create | OPEN_FLAG.exclusive })).toEqual({ errno: ERRNO.exist })
    expect(guest.open('out/made', { flags: OPEN_FLAG.truncate })).toBeTypeOf('number')
    expect(guest.left()).toEqual({ made: '' })
  })

  it('moves and removes what was made', () => {
    const guest = openGuest()
    const rename = (from: string, to: string) =>
      guest.call('path_rename', ROOT_FD, ...guest.put(0, from), ROOT_FD, ...guest.put(500, to))
    expect(guest.path('path_create_directory', 'out/sub')).toBe(ERRNO.success)
    guest.write(guest.open('out/sub/a', CREATE) as number, 'A')
    guest.write(guest.open('out/b', CREATE) as number, 'B')
    expect(rename('out/sub/a', 'out/b')).toBe(ERRNO.success)
    expect(guest.left()).toEqual({ b: 'A' })
    expect(rename('out/b', 'out/sub')).toBe(ERRNO.isdir)
    expect(rename('out/sub', 'out/other')).toBe(ERRNO.success)
    expect(rename('out/other', 'tmp/other')).toBe(ERRNO.notsup)
    expect(guest.path('path_remove_directory', 'out/other')).toBe(ERRNO.success)
    expect(guest.path('path_unlink_file', 'out/b')).toBe(ERRNO.success)
    expect(guest.left()).toEqual({})
    // Both files are open still.
    expect(guest.budget).toMatchObject({ usedEntries: 2, usedBytes: 2 })
  })

  it.each([
    ['/etc/passwd', ERRNO.notcapable],
    ['..', ERRNO.notcapable],
    ['in/../../etc/passwd', ERRNO.notcapable],
    ['in/deep/../../..', ERRNO.notcapable],
    ['in/absent/../a.txt', ERRNO.noent],
    ['in/a.txt/../a.txt', ERRNO.notdir],
    ['in/a.txt/', ERRNO.notdir],
    ['in/a\0.txt', ERRNO.inval],
    [`in/${'n'.repeat(256)}`, ERRNO.nametoolong],
    ['', ERRNO.noent],
    ['__proto__', ERRNO.noent],
    ['constructor/prototype', ERRNO.noent],
  ])('follows no path that leads elsewhere: %j', (path, errno) => {
    expect(openGuest(INPUTS).open(path, { rights: RIGHT.read })).toEqual({ errno })
  })

  it('lets no folder that is open lead above itself', () => {
    const guest = openGuest(INPUTS)
    const fd = guest.open('in/deep') as number
    expect(guest.open('../a.txt', { fd, rights: RIGHT.read })).toEqual({ errno: ERRNO.notcapable })
    expect(guest.open('b.txt', { fd, rights: RIGHT.read })).toBeTypeOf('number')
  })

  it('makes no links, and takes no text that is none', () => {
    const guest = openGuest(INPUTS)
    guest.write(guest.open('out/a', CREATE) as number, 'A')
    expect(guest.call('path_symlink', ...guest.put(0, '/etc'), ROOT_FD, ...guest.put(500, 'out/link'))).toBe(
      ERRNO.notsup,
    )
    expect(guest.call('path_link', ROOT_FD, 0, ...guest.put(0, 'out/a'), ROOT_FD, ...guest.put(500, 'out/b'))).toBe(
      ERRNO.notsup,
    )
    expect(guest.path('path_create_directory', Uint8Array.of(0x6f, 0x75, 0x74, 0x2f, 0xff))).toBe(ERRNO.ilseq)
  })
})

describe('bounds', () => {
  it('writes so many bytes and no more, wherever they stand', () => {
    const guest = openGuest(new Map(), { bytes: 100 })
    const fd = guest.open('out/a', CREATE) as number
    expect(guest.write(fd, 'x'.repeat(60))).toBe(60)
    expect(guest.write(fd, 'x'.repeat(60))).toEqual({ errno: ERRNO.nospc })
    expect(guest.budget.refused).toEqual({ name: 'outputBytes', allowed: 100, used: 120 })
    const other = guest.open('tmp/b', CREATE) as number
    expect(guest.call('fd_filestat_set_size', other, 1n << 40n)).toBe(ERRNO.nospc)
    expect(guest.call('fd_allocate', other, 0n, 1n << 62n)).toBe(ERRNO.fbig)
    guest.call('fd_seek', other, 1n << 50n, WHENCE.set, RESULT_AT)
    expect(guest.write(other, 'sparse')).toEqual({ errno: ERRNO.nospc })
    expect(guest.budget.usedBytes).toBe(60)
  })

  it('counts what is open and has no name any more', () => {
    const guest = openGuest(new Map(), { bytes: 100 })
    const hide = () => {
      const fd = guest.open('tmp/a', CREATE) as number
      const written = guest.write(fd, 'x'.repeat(60))
      guest.path('path_unlink_file', 'tmp/a')
      return { fd, written }
    }
    const { fd } = hide()
    expect(hide().written).toEqual({ errno: ERRNO.nospc })
    guest.call('fd_close', fd)
    expect(hide().written).toBe(60)
  })

  it('makes so many files and folders and no more', () => {
    const guest = openGuest(new Map(), { entries: 3 })
    expect(guest.path('path_create_directory', 'out/d')).toBe(ERRNO.success)
    for (const name of ['a', 'b']) expect(guest.open(`out/${name}`, CREATE)).toBeTypeOf('number')
    expect(guest.open('out/c', CREATE)).toEqual({ errno: ERRNO.nospc })
    expect(guest.path('path_create_directory', 'out/e')).toBe(ERRNO.nospc)
    expect(guest.budget.refused).toEqual({ name: 'outputFiles', allowed: 3, used: 4 })
  })

  it('opens 1,024 descriptors, nests 64 folders, and takes 1,024 buffers', () => {
    const guest = openGuest(INPUTS, { entries: 1_000 })
    const opened = Array.from({ length: 1_025 }, () => guest.open('in/a.txt', { rights: RIGHT.read }))
    expect(opened.filter((fd) => typeof fd === 'number')).toHaveLength(1_020)
    expect(opened.at(-1)).toEqual({ errno: ERRNO.mfile })
    let path = 'out'
    const made = Array.from({ length: 70 }, () => {
      path += '/d'
      return guest.path('path_create_directory', path)
    })
    expect(made.filter((errno) => errno === ERRNO.success)).toHaveLength(63)
    expect(guest.call('fd_write', 1, 0, 1_025, RESULT_AT)).toBe(ERRNO.inval)
  })

  it('ends a program that names an address outside of its memory', () => {
    const guest = openGuest()
    const outside = guest.memory.buffer.byteLength - 2
    for (const run of [
      () => guest.call('random_get', outside, 4),
      () => guest.call('random_get', 0, -1),
      () => guest.call('clock_time_get', 0, 0n, outside),
      () => guest.call('fd_write', 1, outside, 1, RESULT_AT),
      () => guest.call('args_get', -4, 0),
      () => guest.call('path_open', ROOT_FD, 0, 0, 5_000, 0, 0n, 0n, 0, RESULT_AT),
    ]) {
      expect(run).toThrow(RangeError)
    }
  })
})

describe('time, chance and the end', () => {
  it('has a clock that only the program moves', () => {
    const guest = openGuest()
    const now = (): bigint => {
      guest.call('clock_time_get', 1, 0n, RESULT_AT)
      return guest.u64(RESULT_AT)
    }
    const first = now()
    expect(now()).toBe(first + 1_000n)
    // A pause of a minute, relative and by the monotonic clock.
    guest.raw().fill(0, 0, 48)
    guest.view().setUint32(16, 1, true)
    guest.view().setBigUint64(24, 60_000_000_000n, true)
    expect(guest.call('poll_oneoff', 0, 512, 1, RESULT_AT)).toBe(ERRNO.success)
    expect(guest.u32(RESULT_AT)).toBe(1)
    expect(now()).toBe(first + 60_000_002_000n)
    expect(guest.call('clock_time_get', 7, 0n, RESULT_AT)).toBe(ERRNO.inval)
  })

  it('gives the same chance to the same seed, and other chance to another', () => {
    const drawn = () => {
      const guest = openGuest()
      guest.call('random_get', 0, 64)
      return Buffer.from(guest.raw().slice(0, 64)).toString('hex')
    }
    expect(drawn()).toBe(drawn())
    expect(drawn()).toMatchInlineSnapshot(
      `"c2715bbb79b86ce9c27b200b95c3aea706c2079f41a30c4e4357f78356c2f22fc82a4fbcbf229fde45cb47d864c1679448ae37f11874e51ca163ec4a6cf481df"`,
    )
  })

  it('ends with the code that the program names', () => {
    const exit = (name: string, code: number) => {
      try {
        openGuest().call(name, code)
      } catch (error) {
        return error instanceof ProgramExit ? error.exitCode : error
      }
      return null
    }
    expect(exit('proc_exit', 3)).toBe(3)
    expect(exit('proc_exit', -1)).toBe(0xffff_ffff)
    expect(exit('proc_raise', 6)).toBe(134)
  })
})

describe('whatever a program calls with', () => {
  it('is answered, or ends the program: nothing else is thrown, and nothing grows', () => {
    const names = Object.keys(createWasi().functions)
    const number = fc.oneof(fc.nat(8), fc.integer({ min: -4, max: 300_000 }), fc.constantFrom(-1, 0x7fff_ffff, 262_140))
    const wide = fc.oneof(fc.bigInt(0n, 9n), fc.constantFrom(-1n, 1n << 40n, (1n << 63n) - 1n, -(1n << 63n)))
    /** Which arguments of a call have 64 bits. */
    const WIDE: Readonly<Record<string, readonly number[]>> = {
      clock_time_get: [1],
      fd_advise: [1, 2],
      fd_allocate: [1, 2],
      fd_fdstat_set_rights: [1, 2],
      fd_filestat_set_size: [1],
      fd_filestat_set_times: [1, 2],
      fd_pread: [3],
      fd_pwrite: [3],
      fd_readdir: [3],
      fd_seek: [1],
      path_open: [5, 6],
      path_filestat_set_times: [4, 5],
    }
    const calls = fc.array(
      fc.constantFrom(...names).chain((name) =>
        fc.record({
          name: fc.constant(name),
          values: fc.tuple(
            ...Array.from({ length: 9 }, (_, position) => (WIDE[name]?.includes(position) ? wide : number)),
          ),
        }),
      ),
      { maxLength: 30 },
    )
    fc.assert(
      fc.property(calls, fc.uint8Array({ maxLength: 200 }), (sequence, garbage) => {
        const guest = openGuest(INPUTS, { bytes: 10_000, entries: 10 })
        guest.put(0, garbage)
        guest.put(300, 'out/x in/a.txt ../.. tmp')
        for (const { name, values } of sequence) {
          try {
            expect(guest.call(name, ...values)).toBeLessThanOrEqual(76)
          } catch (error) {
            if (!(error instanceof RangeError || error instanceof ProgramExit)) throw error
          }
        }
        expect(guest.budget.usedBytes).toBeLessThanOrEqual(10_000)
        expect(guest.budget.usedBytes).toBeGreaterThanOrEqual(0)
        expect(guest.budget.usedEntries).toBeGreaterThanOrEqual(0)
      }),
      { numRuns: process.env.GOLEM_DEEP ? 100_000 : 2_000 },
    )
  })
})
