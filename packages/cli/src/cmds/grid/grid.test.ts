import { mkdtemp, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type GridFile, readGridFile } from '@golem/api/grid-file'
import { asAddress, asBytes32, encodeInvite, type GridInvite } from '@golem/protocol'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { testIo } from '../../../test/test-io.ts'
import { run } from '../../run.ts'

/** Daemons start and end, each a process: on a busy machine that takes seconds. */
vi.setConfig({ testTimeout: 180_000, hookTimeout: 120_000 })

const given: GridInvite = {
  name: 'studio',
  psk: asBytes32(`0x${'01'.repeat(32)}`),
  host: {
    peerId: '16Uiu2HAmPX8mTBzVXDSBqKvAPRzrPmfCHnYM5WrbY1N2LqVdGhQ2',
    addresses: ['/ip4/192.168.1.20/tcp/4001'],
  },
  settlement: {
    chainId: 7,
    payments: asAddress(`0x${'ab'.repeat(20)}`),
    token: asAddress(`0x${'cd'.repeat(20)}`),
  },
}

let folder: string
let home: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'golem-cli-grid-'))
  home = join(folder, 'home')
})
afterEach(async () => {
  await golem('down')
  await rm(folder, { recursive: true })
})

async function golem(...argv: string[]) {
  const io = testIo({ cwd: folder })
  const exitCode = await run(['--home', home, ...argv, '--json'], io)
  return { exitCode, said: JSON.parse(io.out()) }
}
const grid = () => readGridFile(home)
const refuses = (code: string) => ({ exitCode: expect.any(Number), said: { error: { code } } })

it('a host has a key of its own, which nobody else can read, and a daemon', async () => {
  expect((await golem('grid', 'create', 'studio')).said).toMatchObject({ name: 'studio', role: 'host' })
  expect(await grid()).toMatchObject({ role: 'host', name: 'studio', psk: expect.stringMatching(/^0x[0-9a-f]{64}$/) })
  expect((await stat(join(home, 'grid.json'))).mode & 0o777).toBe(0o600)
  expect((await golem('grid', 'show')).said).toMatchObject({ name: 'studio' })
  expect(await golem('grid', 'create', 'other')).toMatchObject(refuses('GRID_JOINED'))
  expect(await golem('grid', 'join', encodeInvite(given))).toMatchObject(refuses('GRID_JOINED'))
})

it('a revocation gives the host another key, and starts it anew', async () => {
  const first = await golem('grid', 'create', 'studio')
  expect(first).toMatchObject({ exitCode: 0 })
  const before = (await grid()) as GridFile
  const second = await golem('grid', 'revoke')
  expect(await grid()).toMatchObject({ role: 'host', name: 'studio' })
  expect((await grid())?.psk).not.toBe(before.psk)
  expect(second.said.pid).not.toBe(first.said.pid)
})

it('a member holds what its invite says; joins again with a newer one, and with none of another grid', async () => {
  expect((await golem('grid', 'join', encodeInvite(given))).exitCode).toBe(0)
  expect(await grid()).toEqual({ role: 'member', ...given })
  expect(await golem('grid', 'revoke')).toMatchObject(refuses('GRID_MEMBER'))
  const newer = { ...given, psk: asBytes32(`0x${'02'.repeat(32)}`) }
  expect((await golem('grid', 'join', encodeInvite(newer))).exitCode).toBe(0)
  expect(await grid()).toEqual({ role: 'member', ...newer })
  expect(await golem('grid', 'join', encodeInvite({ ...given, name: 'other' }))).toMatchObject(refuses('GRID_JOINED'))
  expect(await golem('grid', 'join', encodeInvite(given).slice(0, -1))).toMatchObject(refuses('INVITE_INVALID'))
})

it('whose daemon does not start is in no grid, or in the one that it was in', async () => {
  const failing = ['--bootstrap', '/dns/refuse']
  expect(await golem('grid', 'create', 'studio', ...failing)).toMatchObject(refuses('SANDBOX_MISSING'))
  expect(await grid()).toBeNull()
  await golem('grid', 'join', encodeInvite(given))
  const newer = { ...given, psk: asBytes32(`0x${'02'.repeat(32)}`) }
  expect(await golem('grid', 'join', encodeInvite(newer), ...failing)).toMatchObject(refuses('SANDBOX_MISSING'))
  expect(await grid()).toEqual({ role: 'member', ...given })
})

it('who leaves keeps no key; a host only where it says that all shall end', async () => {
  await golem('grid', 'join', encodeInvite(given))
  expect((await golem('grid', 'leave')).said).toEqual({ name: 'studio', left: true })
  await expect(readFile(join(home, 'grid.json'))).rejects.toMatchObject({ code: 'ENOENT' })
  expect(await golem('grid', 'leave')).toMatchObject(refuses('GRID_NONE'))
  expect(await golem('up')).toMatchObject(refuses('OPTIONS_INVALID'))

  await golem('grid', 'create', 'studio')
  expect(await golem('grid', 'leave')).toMatchObject(refuses('GRID_HOST'))
  expect((await golem('grid', 'leave', '--end')).exitCode).toBe(0)
  expect(await grid()).toBeNull()
})

it.each(['', 'Studio', 'a/b', 'x'.repeat(33)])('takes "%s" for no name', async (name) => {
  expect(await golem('grid', 'create', name)).toMatchObject(refuses('GRID_NAME_INVALID'))
})

it('has no other chain besides the grid’s', async () => {
  await golem('grid', 'create', 'studio')
  await golem('down')
  expect(await golem('up', '--dev')).toMatchObject(refuses('OPTIONS_INVALID'))
  expect((await golem('up')).exitCode).toBe(0)
})
