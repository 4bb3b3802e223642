import { randomBytes } from 'node:crypto'
import { open, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type GolemNode, type Grid, startGrid } from './src/index.ts'

const MB = 1e6
const FILE_MB = 1_000
const MOST_ABOVE_IDLE_MB = 200

let grid: Grid
beforeAll(async () => {
  grid = await startGrid({ providers: 1 })
})
afterAll(() => grid?.stop())

/** Resident memory of a daemon. `forget` makes `peakMb` begin anew. Format: proc_pid_status(5), proc_pid_clear_refs(5). */
async function memoryOf(node: GolemNode) {
  const pid = await node.pid()
  const status = await readFile(`/proc/${pid}/status`, 'utf8')
  const mb = (field: string) => (Number(new RegExp(`^${field}:\\s+(\\d+) kB`, 'm').exec(status)?.[1]) * 1024) / MB
  return { nowMb: mb('VmRSS'), peakMb: mb('VmHWM'), forget: () => writeFile(`/proc/${pid}/clear_refs`, '5') }
}

test('a file of 1 GB moves from one daemon to another within 200 MB of memory above idle, on either side', async () => {
  const { requestor, folder } = grid
  const [provider] = grid.providers as [GolemNode]
  const path = join(folder, 'large')
  const file = await open(path, 'w')
  for (let i = 0; i < FILE_MB; i++) await file.write(randomBytes(MB))
  await file.close()

  // What either takes idle, before it has ever seen the file: what it has grown to since is not idle.
  const idle = { sends: await memoryOf(requestor), fetches: await memoryOf(provider) }
  await idle.sends.forget()
  await idle.fetches.forget()
  const { cid } = await requestor.json<{ cid: string }>(['data', 'add', path])
  const copy = join(folder, 'copy')
  await provider.json(['data', 'get', cid, '--out', copy])
  const after = { sends: await memoryOf(requestor), fetches: await memoryOf(provider) }
  const aboveIdleMb = (side: 'sends' | 'fetches') => after[side].peakMb - idle[side].nowMb
  expect(aboveIdleMb('sends'), 'of who adds it and sends it').toBeLessThan(MOST_ABOVE_IDLE_MB)
  expect(aboveIdleMb('fetches'), 'of who fetches it').toBeLessThan(MOST_ABOVE_IDLE_MB)

  // Each block was checked by its hash; that all of them are there, and in their order, is what the size and the CID say.
  expect((await stat(copy)).size).toBe(FILE_MB * MB)
  expect((await provider.json<{ cid: string }>(['data', 'add', copy])).cid).toBe(cid)
})
