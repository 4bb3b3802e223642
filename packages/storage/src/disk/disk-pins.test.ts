import { appendFile, mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { forge, mapBlocks } from '../../test/map-blocks.ts'
import { diskPins } from './disk-pins.ts'

let path: string
beforeEach(async () => {
  path = await mkdtemp(join(tmpdir(), 'golem-pins-'))
})
afterEach(() => rm(path, { recursive: true }))

const make = forge(mapBlocks())

it('remembers who keeps what, and forgets an owner with all that is theirs', async () => {
  const [a, b, c] = [await make.leaf('a'), await make.leaf('b'), await make.leaf('c')]
  const first = await diskPins(path)
  await Promise.all([first.pin(a, 'job/1'), first.pin(b, 'job/1'), first.pin(a, 'job/2 ☃'), first.pin(c, '../../x')])
  await first.pin(a, 'job/1')
  await first.unpin('nobody')

  const second = await diskPins(path)
  expect(second.roots().map(String).sort()).toEqual([a, a, b, c].map(String).sort())
  await second.unpin('job/1')
  await second.unpin('../../x')

  const third = await diskPins(path)
  expect(third.roots().map(String)).toEqual([a.toString()])
  expect([third.isPinned(a), third.isPinned(b)]).toEqual([true, false])
  expect(await readdir(path)).toEqual(['pins'])
})

it('takes no harm from a line that a power cut left half', async () => {
  const [a, b] = [await make.leaf('a'), await make.leaf('b')]
  const first = await diskPins(path)
  await first.pin(a, 'x')
  await appendFile(join(path, 'pins', '78'), `\n${b.toString().slice(0, 30)}`)
  const second = await diskPins(path)
  expect(second.roots().map(String)).toEqual([a.toString()])
  await second.pin(b, 'x')
  expect((await diskPins(path)).roots().map(String)).toEqual([a, b].map(String))
})

it('grows its version with every change', async () => {
  const a = await make.leaf('a')
  const pins = await diskPins(path)
  const versions = [pins.version()]
  await pins.pin(a, 'x')
  versions.push(pins.version())
  await pins.pin(a, 'x')
  versions.push(pins.version())
  await pins.unpin('x')
  versions.push(pins.version())
  expect(versions).toEqual([0, 1, 1, 2])
})

it('refuses a name that is none or is a novel', async () => {
  const pins = await diskPins(path)
  const a = await make.leaf('a')
  for (const owner of ['', 'x'.repeat(101)]) {
    expect(() => pins.pin(a, owner)).toThrow(expect.objectContaining({ code: 'OWNER_INVALID' }))
  }
  await pins.pin(a, 'x'.repeat(100))
})
