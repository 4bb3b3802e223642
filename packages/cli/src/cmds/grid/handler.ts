import { randomBytes } from 'node:crypto'
import { type GridFile, readGridFile, removeGridFile, writeGridFile } from '@golem/api/grid-file'
import { asBytes32, decodeInvite, GolemError, gridName } from '@golem/protocol'
import type { Cli, Outcome } from '../../cli.ts'
import { makeFolder } from '../../make-folder.ts'
import { align } from '../../views/align.ts'
import { stopDaemon } from '../down/handler.ts'
import { refuseSecond, startDaemon } from '../up/handler.ts'
import type { UpOptions } from '../up/up-options.ts'
import { inviteText } from './invite-text.ts'

/** Makes this machine the host of a new grid. */
export async function createGrid(cli: Cli, name: string, options: UpOptions): Promise<Outcome> {
  if (!gridName.safeParse(name).success) {
    const message = `"${name}" is no name for a grid.`
    throw new GolemError({
      code: 'GRID_NAME_INVALID',
      message,
      remedy: 'Use 1 to 32 small letters, digits and hyphens.',
    })
  }
  const known = await readGridFile(cli.home)
  if (known !== null) throw isInGrid(known.name)
  await refuseSecond(cli)
  return startWith(cli, { role: 'host', name, psk: newKey() }, options, {
    before: null,
    title: `The grid ${name} begins.`,
  })
}

/** Enters a grid; again, with its newest invite, where this home is in it already. */
export async function joinGrid(cli: Cli, text: string, options: UpOptions): Promise<Outcome> {
  const invite = decodeInvite(text)
  const before = await readGridFile(cli.home)
  const isSame = before?.role === 'member' && before.name === invite.name && before.host.peerId === invite.host.peerId
  if (before !== null && !isSame) throw isInGrid(before.name)
  if (before === null) await refuseSecond(cli)
  else await stopDaemon(cli)
  const title = `This machine is in the grid ${invite.name}.`
  return startWith(cli, { role: 'member', ...invite }, options, { before, title })
}

export async function showGrid({ client }: Cli): Promise<Outcome> {
  const grid = await client.grid()
  if (grid === null) return { value: null, text: 'This machine is in no private grid.' }
  const { name, role, members } = grid
  const host = role === 'host' ? 'this machine, which keeps the chain' : 'another machine, which keeps the chain'
  const rows = [
    ['grid', name],
    ['host', host],
    ['connected', `${members} other ${members === 1 ? 'member' : 'members'}`],
  ]
  return { value: grid, text: align(rows) }
}

export async function inviteToGrid(cli: Cli): Promise<Outcome> {
  const grid = await cli.client.grid()
  if (grid === null) throw isInNone()
  return { value: { name: grid.name, invite: grid.invite }, text: inviteText(cli, grid.invite) }
}

export async function leaveGrid(cli: Cli, { end }: { end?: true }): Promise<Outcome> {
  const grid = await readGridFile(cli.home)
  if (grid === null) throw isInNone()
  if (grid.role === 'host' && !end) {
    throw new GolemError({
      code: 'GRID_HOST',
      message: `This machine keeps the chain of the grid ${grid.name}; without it, no member can work or be paid.`,
      remedy: 'Use `golem grid leave --end` to end the grid for everybody.',
    })
  }
  await stopDaemon(cli)
  await removeGridFile(cli.home)
  return {
    value: { name: grid.name, left: true },
    text: `This machine has left the grid ${grid.name}; its daemon is down.`,
  }
}

/** A new key: from then on only who was invited anew can connect to the host. */
export async function revokeInvites(cli: Cli, options: UpOptions): Promise<Outcome> {
  const before = await readGridFile(cli.home)
  if (before === null) throw isInNone()
  if (before.role !== 'host') {
    throw new GolemError({
      code: 'GRID_MEMBER',
      message: `Only the host of the grid ${before.name} can revoke its invites.`,
      remedy: 'Run it on the machine on which the grid was created.',
    })
  }
  await stopDaemon(cli)
  return startWith(cli, { ...before, psk: newKey() }, options, {
    before,
    title: [
      `No older invite lets anybody into the grid ${before.name}. Send this one to the members that shall stay;`,
      'until they join with it, they reach neither this host nor its chain. What others fetched before, they keep.',
    ].join('\n'),
  })
}

/** Starts the daemon in a grid. Where it does not come up, the home is as it was before. */
async function startWith(
  cli: Cli,
  grid: GridFile,
  options: UpOptions,
  { before, title }: { before: GridFile | null; title: string },
): Promise<Outcome> {
  await makeFolder(cli.home, { mode: 0o700 })
  await writeGridFile(cli.home, grid)
  try {
    const started = await startDaemon(cli, options)
    const now = await cli.client.grid()
    const invite = now?.invite ?? ''
    // A new member has just typed it.
    const toSend = grid.role === 'host' ? `\n\n${inviteText(cli, invite)}` : ''
    const text = `${title}\n${started.text}${toSend}`
    return { value: { name: grid.name, role: grid.role, invite, ...(started.value as object) }, text }
  } catch (error) {
    if (before === null) await removeGridFile(cli.home)
    else if (before.role === 'member') await writeGridFile(cli.home, before)
    throw error
  }
}

const newKey = () => asBytes32(`0x${randomBytes(32).toString('hex')}`)

const isInGrid = (name: string): GolemError =>
  new GolemError({
    code: 'GRID_JOINED',
    message: `This home is in the grid ${name} already.`,
    remedy: 'Leave it with `golem grid leave`, or choose another --home.',
  })

const isInNone = (): GolemError =>
  new GolemError({
    code: 'GRID_NONE',
    message: 'This machine is in no private grid.',
    remedy: 'Begin one with `golem grid create NAME`, or enter one with `golem grid join INVITE`.',
  })
