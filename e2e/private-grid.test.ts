import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import type { Grid, Status, Wallet } from '@golem/api'
import { decodeInvite, encodeInvite } from '@golem/protocol'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { type GolemNode, golemNode, until } from './src/index.ts'

/** Does what its first argument says; see its source in the sandbox's room. */
const PROBE = resolve(import.meta.dirname, '../packages/sandbox/test/wasm/modules/probe.wasm')
const LOCAL = ['--no-mdns', '--listen', '/ip4/127.0.0.1/tcp/0']
const LENDING = [...LOCAL, '--provide', '--cores', '1', '--priority', 'normal']

/** Six daemons start one after the other, and on a busy machine each takes half a minute. */
vi.setConfig({ testTimeout: 420_000, hookTimeout: 180_000 })

type Entered = { name: string; role: string; invite: string; status: Status }

let folder: string
const nodes: GolemNode[] = []
const node = (name: string, upArgs: readonly string[] = LOCAL): GolemNode => {
  const made = golemNode(join(folder, name), { upArgs })
  nodes.push(made)
  return made
}
/** What a command said that failed. */
const failure = async (of: GolemNode, ...args: string[]): Promise<{ code: string; message: string }> => {
  const { code, stdout } = await of.golem([...args, '--json'])
  expect(code).not.toBe(0)
  return JSON.parse(stdout).error
}

let host: GolemNode
let artist: GolemNode
let renderer: GolemNode
let invite: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'golem-private-'))
  host = node('host')
  artist = node('artist')
  renderer = node('renderer', LENDING)
})
afterAll(async () => {
  await Promise.allSettled(nodes.slice(1).map((each) => each.down()))
  await Promise.allSettled([nodes[0]?.down()])
  await Promise.all(nodes.map((each) => each.kill()))
  await rm(folder, { recursive: true, force: true, maxRetries: 5 })
})

async function compute(name: string): Promise<void> {
  const lines = join(folder, `${name}.txt`)
  await writeFile(lines, 'ada\ngrace\nhedy')
  const { id } = await artist.client.createJob({
    app: 'map',
    parameters: { module: PROBE, lines, args: ['stdin'], check: 1 },
    outDir: join(folder, name),
    budgetWei: null,
    deadlineMs: 3_600_000,
    confirm: false,
    isPrivate: true,
  })
  for await (const { job } of artist.client.watchJob(id, { signal: AbortSignal.timeout(120_000) })) {
    if (job.finishedAtMs === null) continue
    expect(job).toMatchObject({ state: 'done', problem: null, isPrivate: true, subtasks: { accepted: 3 } })
    expect(BigInt(job.spentWei)).toBeGreaterThan(0n)
  }
  const said = await readFile(join(folder, name, 'results-000000-000002.jsonl'), 'utf8')
  expect(
    said
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line).stdout.trim()),
  ).toEqual(['ada', 'grace', 'hedy'])
}

test('an invite is all that another machine needs: it finds the grid, and has tokens to account with', async () => {
  const made = await host.json<Entered>(['grid', 'create', 'studio', ...LOCAL])
  expect(made).toMatchObject({ name: 'studio', role: 'host' })
  invite = made.invite
  const [first, second] = await Promise.all([
    artist.json<Entered>(['grid', 'join', invite, ...LOCAL]),
    renderer.json<Entered>(['grid', 'join', invite, ...LENDING]),
  ])
  const { settlement } = decodeInvite(invite)
  for (const { status } of [made, first, second]) {
    expect(status.chain).toMatchObject({ chainId: settlement.chainId, reachable: true, dev: true })
  }
  const { walletWei } = await artist.json<Wallet>(['wallet'])
  expect(walletWei).toBe(`${1_000n * 10n ** 18n}`)
  // Members know one another, too, and any of them can let others in.
  await until('members are connected', async () => (await artist.json<Grid>(['grid', 'show']))?.members === 2)
  expect((await renderer.json<{ invite: string }>(['grid', 'invite'])).invite).toBe(invite)
})

test('members work for each other, sealed, and are paid on the grid’s own chain', async () => {
  await compute('first')
  await until('the provider is paid', async () => {
    const { walletWei, freeWei } = await renderer.json<Wallet>(['wallet'])
    return BigInt(walletWei) + BigInt(freeWei) > 1_000n * 10n ** 18n
  })
})

test('who has no key cannot connect, whatever else he knows', async () => {
  const known = decodeInvite(invite)
  const forged = encodeInvite({ ...known, psk: `0x${'07'.repeat(32)}` as typeof known.psk })
  const [stranger, outsider] = [node('stranger'), node('outsider')]
  const address = `${known.host.addresses[0]}/p2p/${known.host.peerId}`
  const [refused] = await Promise.all([
    failure(stranger, 'grid', 'join', forged, ...LOCAL),
    outsider.json(['up', '--dev', '--bootstrap', address, ...LOCAL]),
  ])
  expect(refused).toMatchObject({ code: 'GRID_UNREACHABLE' })
  // Who was refused is in no grid afterwards.
  expect(await failure(stranger, 'grid', 'leave')).toMatchObject({ code: 'GRID_NONE' })
  expect((await outsider.client.net()).connections).toEqual([])
  expect((await host.client.net()).connections).toHaveLength(2)
  expect(await failure(stranger, 'grid', 'join', `${invite}x`)).toMatchObject({ code: 'INVITE_INVALID' })
})

test('a grid’s home takes no other chain, and its host does not leave unawares', async () => {
  await artist.down()
  expect(await failure(artist, 'up', '--dev')).toMatchObject({ code: 'OPTIONS_INVALID' })
  expect(await failure(host, 'grid', 'leave')).toMatchObject({ code: 'GRID_HOST' })
  expect(await failure(host, 'grid', 'create', 'other')).toMatchObject({ code: 'GRID_JOINED' })
  await artist.up()
  expect((await artist.client.grid())?.name).toBe('studio')
})

test('after a revocation older invites let nobody in; who is invited anew has what he had', async () => {
  const before = await artist.json<Wallet>(['wallet'])
  const { invite: fresh } = await host.json<Entered>(['grid', 'revoke', ...LOCAL])
  expect(fresh).not.toBe(invite)
  // The removed member has its old key still, and hears of the host’s new address.
  const known = decodeInvite(fresh)
  const stale = encodeInvite({ ...known, psk: decodeInvite(invite).psk })
  const removed = node('removed')
  const [refused] = await Promise.all([
    failure(removed, 'grid', 'join', stale, ...LOCAL),
    artist.json<Entered>(['grid', 'join', fresh, ...LOCAL]),
    renderer.json<Entered>(['grid', 'join', fresh, ...LENDING]),
  ])
  expect(refused).toMatchObject({ code: 'GRID_UNREACHABLE' })
  expect((await artist.json<Wallet>(['wallet'])).walletWei).toBe(before.walletWei)
  await compute('second')
})

test('who leaves keeps no key, and the host can end it all', async () => {
  expect(await artist.json(['grid', 'leave'])).toMatchObject({ left: true })
  expect(await artist.pid()).toBeNull()
  expect(await failure(artist, 'up')).toMatchObject({ code: 'OPTIONS_INVALID' })
  await until('the others miss it', async () => (await host.client.grid())?.members === 1)
  await renderer.down()
  expect(await host.json(['grid', 'leave', '--end'])).toMatchObject({ left: true })
  expect(await host.pid()).toBeNull()
})
