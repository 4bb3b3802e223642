import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Exported, Wallet } from '@golem/api'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type GolemNode, golemNode } from './src/golem-node.ts'
import { type Grid, startGrid } from './src/start-grid.ts'

const PASSWORD = 'correct horse battery'
/** Nobody is asked, and the environment says nothing. */
const NOTHING = { env: { GOLEM_PASSWORD: '' } }

let grid: Grid
let upArgs: string[]
const passwordFile = () => join(grid.folder, 'password')
const backup = () => join(grid.folder, 'backup.json')

beforeAll(async () => {
  grid = await startGrid({ providers: 0 })
  await writeFile(passwordFile(), `${PASSWORD}\n`)
  const { rpcUrl, settlement } = JSON.parse(await readFile(join(grid.folder, 'chain', 'chain.json'), 'utf8'))
  upArgs = [
    ...['--rpc-url', rpcUrl, '--token', settlement.token, '--payments', settlement.payments],
    ...['--no-mdns', '--listen', '/ip4/127.0.0.1/tcp/0'],
  ]
})
afterAll(() => grid?.stop())

/** Everything that a node has said and written of itself: log, state, keystore, answers, and how it was started. */
async function said(node: GolemNode, pid: number): Promise<string> {
  const files = (await readdir(node.home, { withFileTypes: true })).filter((entry) => entry.isFile())
  const texts = await Promise.all(files.map(({ name }) => readFile(join(node.home, name), 'latin1')))
  const answers = await Promise.all([node.client.status(), node.client.wallet(), node.client.doctor()])
  const command = await readFile(`/proc/${pid}/cmdline`, 'latin1')
  return [...texts, JSON.stringify(answers), command].join('\n')
}

it('a key with money lies encrypted, is shown nowhere, and lives on in a backup', { timeout: 300_000 }, async () => {
  const node = golemNode(join(grid.folder, 'rich'), { upArgs: [...upArgs, '--password-file', passwordFile()] })
  const heir = golemNode(join(grid.folder, 'heir'), { upArgs })
  try {
    const unasked = await node.golem(['up', ...upArgs], NOTHING)
    expect(unasked).toMatchObject({ code: 2, stderr: expect.stringMatching(/needs a password.*--password-file/) })
    expect(await node.pid()).toBeNull()

    await node.up()
    const pid = (await node.pid()) ?? 0
    const { address, keyEncrypted } = await node.json<Wallet>(['wallet'])
    expect(keyEncrypted).toBe(true)
    // The token of the interface is not enough.
    const thief = await node.golem(['wallet', 'export', `${backup()}-stolen`, '--plain'], {
      env: { GOLEM_PASSWORD: 'a guess of somebody' },
    })
    expect(thief).toMatchObject({ code: 1, stderr: expect.stringContaining('The password does not open the key') })
    const asked = ['--password-file', passwordFile()]
    await node.json<Exported>(['wallet', 'export', `${backup()}-plain`, '--plain', ...asked])
    const { key } = JSON.parse(await readFile(`${backup()}-plain`, 'utf8')) as { key: string }
    expect(key).toMatch(/^[0-9a-f]{64}$/)
    const exported = await node.json<Exported>(['wallet', 'export', backup(), ...asked])
    expect(exported).toMatchObject({ address, encrypted: true })
    const everything = `${await said(node, pid)}${await readFile(backup(), 'utf8')}${JSON.stringify(exported)}`
    expect(everything).toContain(address.slice(2))
    for (const secret of [key, Buffer.from(key, 'hex').toString('latin1'), PASSWORD]) {
      expect(everything.includes(secret)).toBe(false)
    }

    await node.down()
    const mistyped = await node.golem(['up', ...upArgs], { env: { GOLEM_PASSWORD: 'incorrect horse' } })
    expect(mistyped).toMatchObject({ code: 1, stderr: expect.stringContaining('does not open the key') })
    expect(await heir.json(['wallet', 'import', backup(), ...asked])).toMatchObject({ address, encrypted: true })
    expect(await readFile(join(heir.home, 'keystore.json'), 'utf8')).toContain(address.slice(2))
  } finally {
    await node.kill()
  }
})
