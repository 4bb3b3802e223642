import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { readApiFile, removeApiFile, writeApiFile } from './api-file.ts'

const file = { url: 'http://127.0.0.1:4000', token: 'secret', pid: 77 }
let home: string
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'golem-api-'))
})
afterEach(() => rm(home, { recursive: true }))

it('gives back what was written, readable by its owner alone', async () => {
  await writeApiFile(home, file)
  expect(await readApiFile(home)).toEqual(file)
  expect((await stat(join(home, 'api.json'))).mode & 0o777).toBe(0o600)
})

it('replaces the file of an earlier daemon', async () => {
  await writeApiFile(home, file)
  await writeApiFile(home, { ...file, pid: 78 })
  expect((await readApiFile(home))?.pid).toBe(78)
})

it.each(['', '{"url":"http://127.0.0.1"}', 'null', '{"url":1,"token":"a","pid":2}'])(
  'takes %j for no file',
  async (text) => {
    await writeFile(join(home, 'api.json'), text)
    expect(await readApiFile(home)).toBeNull()
  },
)

it('leaves the file of another daemon in place', async () => {
  await writeApiFile(home, file)
  await removeApiFile(home, 1)
  expect(await readApiFile(home)).toEqual(file)
  await removeApiFile(home, file.pid)
  expect(await readApiFile(home)).toBeNull()
})
