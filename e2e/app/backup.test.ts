import { readFile, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import type { Browser, Locator, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type GolemNode, golemNode } from '../src/golem-node.ts'
import { type Grid, startGrid } from '../src/start-grid.ts'
import { expectAccessible } from './expect-accessible.ts'
import { openApp, openBrowser } from './open-app.ts'

const SOON = { timeout: 120_000 }
const PASSWORD = 'long enough to be one'
/** Does what its first argument says; see its source in the sandbox's room. */
const PROBE = resolve(import.meta.dirname, '../../packages/sandbox/test/wasm/modules/probe.wasm')

let grid: Grid
let fresh: GolemNode
let browser: Browser
beforeAll(async () => {
  grid = await startGrid({ providers: 1 })
  const upArgs = ['--dev', '--dev-dir', join(grid.folder, 'chain'), '--no-mdns', '--listen', '/ip4/127.0.0.1/tcp/0']
  fresh = golemNode(join(grid.folder, 'fresh'), { upArgs, env: { GOLEM_PASSWORD: PASSWORD } })
  browser = await openBrowser()
})
afterAll(async () => {
  await browser?.close()
  await fresh?.down().catch(() => fresh.kill())
  await grid?.stop()
})

const at = (name: string) => join(grid.folder, name)

async function openWallet(node: GolemNode): Promise<Page> {
  const { page } = await openApp(browser, node.client)
  page.setDefaultTimeout(SOON.timeout)
  await page.getByRole('link', { name: 'Wallet' }).first().click()
  await page.getByTestId('free').waitFor()
  return page
}

/** A job that promises something, or one that waits for a word. */
async function compute(node: GolemNode, { confirm }: { confirm: boolean }): Promise<string> {
  await writeFile(at('lines.txt'), 'ada\ngrace\nhedy')
  const parameters = { module: PROBE, lines: at('lines.txt'), args: ['stdin'], check: 1 }
  const { id } = await node.client.createJob({
    ...{ app: 'map', parameters, outDir: at('out'), budgetWei: null, deadlineMs: 3_600_000, confirm },
  })
  return id
}

/** Chooses a file in the dialog, and looks at what is in it. */
async function choose(dialog: Locator, path: string, password: string | null): Promise<void> {
  await dialog.getByTestId('backup-file').setInputFiles(path)
  if (password !== null) await dialog.getByLabel('Password of the backup').fill(password)
  await dialog.getByRole('button', { name: 'Continue' }).click()
}

it('moves a node by its backup from one home into another, without a terminal', async () => {
  const old = grid.requestor
  const id = await compute(old, { confirm: false })
  for await (const { job } of old.client.watchJob(id, { signal: AbortSignal.timeout(SOON.timeout) }))
    if (job.finishedAtMs !== null) expect(job.state).toBe('done')
  const { address, spentWei } = await old.client.wallet()
  expect(BigInt(spentWei)).toBeGreaterThan(0n)
  const there = await openWallet(old)
  await there.getByRole('button', { name: 'Back up' }).click()
  await there.getByLabel('Where to').fill(at('backup.json'))
  for (const label of ['A password for the backup', 'The same once more']) await there.getByLabel(label).fill(PASSWORD)
  await there.getByRole('button', { name: 'Write the backup' }).click()
  await there.getByRole('dialog').waitFor({ state: 'detached' })
  await there.close()
  await old.down()

  await fresh.up()
  const before = await fresh.client.wallet()
  const key = await readFile(join(fresh.home, 'key'), 'utf8')
  const page = await openWallet(fresh)
  await page.getByRole('button', { name: 'Bring in a backup' }).click()
  const dialog = page.getByRole('dialog')
  await expectAccessible(page, 'a backup to be chosen')
  expect(await dialog.getByRole('button', { name: 'Continue' }).isDisabled()).toBe(true)
  await writeFile(at('note.txt'), 'no backup at all')
  await choose(dialog, at('note.txt'), null)
  await dialog.getByText('The file is neither a backup nor a keystore.').waitFor()

  const waiting = await compute(fresh, { confirm: true })
  await choose(dialog, at('backup.json'), PASSWORD)
  await dialog.getByText('1 job has not ended.').waitFor()
  await fresh.client.cancelJob(waiting)
  await expect.poll(async () => (await fresh.client.job(waiting)).state, SOON).toBe('cancelled')

  await choose(dialog, at('backup.json'), 'another one')
  await dialog.getByText('The password does not open the key.').waitFor()
  await choose(dialog, at('backup.json'), PASSWORD)
  await dialog.getByText(`From then on this node is ${address}.`).waitFor()
  await dialog.getByText(`${before.address} works no more, and keeps what it has.`).waitFor()
  await dialog.getByTestId('left-behind').getByText('1,000 GLM').waitFor()
  await expectAccessible(page, 'what stays with the other key')
  await dialog.getByRole('button', { name: 'Bring it in' }).press('Enter')
  await dialog.waitFor({ state: 'detached' })

  await expect.poll(async () => (await fresh.client.wallet().catch(() => null))?.address, SOON).toBe(address)
  expect(await fresh.client.wallet()).toMatchObject({ address, spentWei, keyEncrypted: true })
  // The page was let in before, and still is.
  await page.getByText('The node starts anew …').waitFor({ state: 'detached' })
  await page.locator(`main [title="${address}"]`).first().waitFor()
  expect(await readFile(join(fresh.home, `key-${before.address}`), 'utf8')).toBe(key)
  // Nothing that was uploaded lies anywhere, and no key in plain but the one that did before.
  expect(await readFile(join(fresh.home, 'keystore.json'), 'utf8')).toContain(address.slice(2))
  await page.close()

  await fresh.down()
  await fresh.up()
  expect(await fresh.client.wallet()).toMatchObject({ address, spentWei })
})
