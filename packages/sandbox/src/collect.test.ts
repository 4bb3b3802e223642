import { execFileSync } from 'node:child_process'
import {
  link,
  mkdir,
  mkdtemp,
  open,
  readdir,
  readFile,
  rename,
  rm,
  symlink,
  truncate,
  writeFile,
} from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { collect } from './collect.ts'

const LIMITS = { outputBytes: 1_000_000, outputFiles: 4, fileBytes: 950_000 }
const REFUSED = { code: 'OUTPUT_REFUSED', peerPolicy: 'reject' }

type Place = { folder: string; source: string; target: string; secret: string }

async function inPlace(body: (place: Place) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'golem-collect-'))
  const source = join(folder, 'out')
  await mkdir(source)
  const secret = join(folder, 'secret')
  await writeFile(secret, 'a key')
  try {
    await body({ folder, source, target: join(folder, 'taken'), secret })
  } finally {
    await rm(folder, { recursive: true })
  }
}

const refusals: [string, (place: Place) => unknown][] = [
  ['a symbolic link to a file', ({ source, secret }) => symlink(secret, join(source, 'x'))],
  ['a symbolic link to a folder', ({ source, folder }) => symlink(folder, join(source, 'x'))],
  ['a symbolic link that leads nowhere', ({ source }) => symlink('absent', join(source, 'x'))],
  ['a hard link', ({ source, secret }) => link(secret, join(source, 'x'))],
  ['a FIFO', ({ source }) => execFileSync('/usr/bin/mkfifo', [join(source, 'x')])],
  ['a device', ({ source }) => execFileSync('/usr/bin/mknod', [join(source, 'x'), 'c', '1', '3'])],
  ['a name with a line end', ({ source }) => writeFile(join(source, 'a\nb'), '')],
  ['a name with an escape character', ({ source }) => writeFile(join(source, 'a\u001b[2J'), '')],
  [
    'a name that is not UTF-8',
    ({ source }) => writeFile(Buffer.concat([Buffer.from(`${source}/`), Buffer.of(0xff)]), ''),
  ],
  ['a name that reads backwards', ({ source }) => writeFile(join(source, 'a\u202egpj.exe'), '')],
  [
    'a name like that in a folder',
    async ({ source }) => {
      await mkdir(join(source, 'deep'))
      await writeFile(join(source, 'deep', 'a\tb'), '')
    },
  ],
  [
    'a sparse giant',
    async ({ source }) => {
      await writeFile(join(source, 'x'), '')
      await truncate(join(source, 'x'), 10 ** 12)
    },
  ],
  ['one file too large', ({ source }) => writeFile(join(source, 'x'), Buffer.alloc(950_001))],
  [
    'too much in all',
    async ({ source }) => {
      for (const name of ['a', 'b', 'c']) await writeFile(join(source, name), Buffer.alloc(400_000))
    },
  ],
  [
    'too many files',
    async ({ source }) => {
      for (const name of 'abcde') await writeFile(join(source, name), '')
    },
  ],
  [
    'too many folders',
    async ({ source }) => {
      for (let index = 0; index < 70; index += 1) await mkdir(join(source, `${index}`))
    },
  ],
  [
    'folders that go too deep',
    ({ source }) => mkdir(join(source, ...Array.from({ length: 20 }, () => 'x')), { recursive: true }),
  ],
  [
    'a folder that is a link itself',
    async ({ source, folder }) => {
      await rm(source, { recursive: true })
      await symlink(folder, source)
    },
  ],
  [
    'a folder that is a file',
    async ({ source }) => {
      await rm(source, { recursive: true })
      await writeFile(source, '')
    },
  ],
  ['a folder that is not there', ({ source }) => rm(source, { recursive: true })],
]

describe('collect', () => {
  it('moves files and folders as they are', () =>
    inPlace(async ({ source, target }) => {
      await mkdir(join(source, 'frames', 'empty'), { recursive: true })
      await writeFile(join(source, 'frames', '0001 Ünïcode ☃.png'), 'pixels')
      await writeFile(join(source, '.hidden'), Buffer.alloc(900_000, 7), { mode: 0o600 })
      await collect(source, target, LIMITS)
      expect((await readdir(target, { recursive: true })).sort()).toEqual(
        ['.hidden', 'frames', 'frames/0001 Ünïcode ☃.png', 'frames/empty'].sort(),
      )
      expect(await readFile(join(target, 'frames', '0001 Ünïcode ☃.png'), 'utf8')).toBe('pixels')
      expect((await readFile(join(target, '.hidden'))).equals(Buffer.alloc(900_000, 7))).toBe(true)
      expect(await readdir(source)).toEqual([])
    }))

  it.each(refusals)('refuses %s, and takes nothing', (_what, make) =>
    inPlace(async (place) => {
      await writeFile(join(place.source, 'good'), 'fine')
      await make(place)
      const before = await readdir(place.folder)
      await expect(collect(place.source, place.target, LIMITS)).rejects.toMatchObject(REFUSED)
      expect(await readdir(place.folder)).toEqual(before)
      expect(await readFile(place.secret, 'utf8')).toBe('a key')
    }),
  )

  it('refuses a socket', () =>
    inPlace(async ({ source, target }) => {
      const server = createServer()
      await new Promise<void>((resolve) => server.listen(join(source, 'x'), resolve))
      await expect(collect(source, target, LIMITS)).rejects.toMatchObject(REFUSED)
      await new Promise((resolve) => server.close(resolve))
    }))

  it('takes a copy, which what is written later does not reach', () =>
    inPlace(async ({ source, target }) => {
      const file = await open(join(source, 'x'), 'w')
      await file.write('before')
      await collect(source, target, LIMITS)
      await file.write('after')
      await file.close()
      expect(await readFile(join(target, 'x'), 'utf8')).toBe('before')
    }))

  it('follows no link that is put where a folder was, whenever that happens', () =>
    inPlace(async ({ folder, source, target, secret }) => {
      const bait = join(source, 'bait')
      const trap = join(folder, 'trap')
      const outside = join(folder, 'outside')
      await mkdir(outside)
      await symlink(outside, trap)
      let isOver = false
      const swap = (async () => {
        while (!isOver) {
          await mkdir(bait).catch(() => undefined)
          await writeFile(join(bait, 'x'), 'its own').catch(() => undefined)
          await rename(bait, join(folder, 'aside')).catch(() => undefined)
          await symlink(outside, bait).catch(() => undefined)
          await setImmediate()
          await rm(bait, { recursive: true, force: true }).catch(() => undefined)
          await rm(join(folder, 'aside'), { recursive: true, force: true }).catch(() => undefined)
        }
      })()
      await writeFile(join(outside, 'x'), 'a key')
      let taken = 0
      for (let round = 0; round < 300; round += 1) {
        const own = `${target}-${round}`
        const result = await collect(source, own, LIMITS).then(
          () => 'taken',
          () => 'refused',
        )
        if (result === 'refused') continue
        taken += 1
        const text = await readFile(join(own, 'bait', 'x'), 'utf8').catch(() => 'none')
        expect(['none', '', 'its own']).toContain(text)
      }
      isOver = true
      await swap
      expect(taken).toBeGreaterThan(0)
      expect(await readFile(join(outside, 'x'), 'utf8')).toBe('a key')
      expect(await readFile(secret, 'utf8')).toBe('a key')
    }))
})
