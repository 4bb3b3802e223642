import { access, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Browser, Locator, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type GolemNode, golemNode } from '../src/golem-node.ts'
import { type Grid, startGrid } from '../src/start-grid.ts'
import { expectAccessible } from './expect-accessible.ts'
import { openApp, openBrowser } from './open-app.ts'

const SOON = { timeout: 120_000 }
const PASSWORD = 'long enough to be one'
const LOCAL = ['--no-mdns', '--listen', '/ip4/127.0.0.1/tcp/0']

let grid: Grid
let node: GolemNode
let browser: Browser
beforeAll(async () => {
  grid = await startGrid({ providers: 0 })
  node = golemNode(join(grid.folder, 'node'), { upArgs: ['--dev', ...LOCAL], env: { GOLEM_PASSWORD: PASSWORD } })
  ;[browser] = await Promise.all([openBrowser(), node.up()])
})
afterAll(async () => {
  await browser?.close()
  await node?.down().catch(() => node.kill())
  await grid?.stop()
})

async function openWallet(): Promise<Page> {
  const { page } = await openApp(browser, node.client)
  page.setDefaultTimeout(SOON.timeout)
  await page.getByRole('link', { name: 'Wallet' }).first().click()
  await page.getByTestId('chain').waitFor()
  return page
}
const submit = (dialog: Locator, name: string) => dialog.getByRole('button', { name, exact: true }).press('Enter')
const chainIdNow = async () => (await node.client.status().catch(() => null))?.chain.chainId
const isOn = (page: Page, chainId: number) =>
  page.getByTestId('chain').getByText(String(chainId), { exact: true }).waitFor()

it('makes contracts on another chain, lives there from then on, and comes back, without a terminal', async () => {
  const { rpcUrl } = JSON.parse(await readFile(join(grid.folder, 'chain', 'chain.json'), 'utf8')) as { rpcUrl: string }
  const [other, own] = [(await grid.requestor.client.status()).chain.chainId, (await chainIdNow()) ?? 0]
  expect(other).not.toBe(own)
  const page = await openWallet()
  await page.getByText('A development chain on this machine').waitFor()
  await isOn(page, own)

  await page.getByRole('button', { name: 'Make the contracts' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Its address (JSON-RPC)').fill('nowhere')
  await dialog.getByText('An address begins with http').waitFor()
  await dialog.getByLabel('Its address (JSON-RPC)').fill(rpcUrl)
  await dialog.getByLabel('Success from').fill('0.1')
  await dialog.getByLabel('Ends at').fill('1')
  await dialog.getByLabel('Takes money for').fill('0.5')
  await expectAccessible(page, 'contracts to be made')
  await submit(dialog, 'Continue')
  await dialog.getByText(/has 0 ETH on chain/).waitFor()
  const { address } = await node.client.wallet()
  await grid.requestor.client.act({ act: 'send', coin: 'eth', amountWei: `${10n ** 18n}`, to: address })
  await submit(dialog, 'Continue')
  await dialog.getByText(/^Deploys Crowdfunding, Payments, .* takes 0.1 ETH to 1 ETH within 12 h/).waitFor()
  await expectAccessible(page, 'what the contracts cost')
  await submit(dialog, 'Make the contracts')
  await dialog.getByText(`The contracts stand on chain ${other}.`).waitFor()
  await expectAccessible(page, 'contracts that were made')
  await submit(dialog, 'Use another chain')

  const token = await dialog.getByLabel('Token', { exact: true }).inputValue()
  expect(token).toMatch(/^0x[0-9a-f]{40}$/)
  await dialog.getByText('The command that starts this node names a chain').waitFor()
  for (const label of [/A password for the key/, 'The same once more']) await dialog.getByLabel(label).fill(PASSWORD)
  await dialog.getByLabel('Token', { exact: true }).fill(address)
  await submit(dialog, 'Use another chain')
  await dialog.getByRole('alert').waitFor()
  await dialog.getByLabel('Token', { exact: true }).fill(token)
  await expectAccessible(page, 'another chain')
  await submit(dialog, 'Use another chain')
  await dialog.waitFor({ state: 'detached' })
  await expect.poll(chainIdNow, SOON).toBe(other)
  await isOn(page, other)
  expect(await node.client.wallet()).toMatchObject({ address, keyEncrypted: true, walletWei: '0' })
  expect(await node.client.chain()).toMatchObject({ kind: 'elsewhere', isNamed: true, remembered: { token } })
  await expect(access(join(node.home, 'key'))).rejects.toThrow('ENOENT')
  await page.close()

  // A start that names no chain is on the one that was chosen.
  await node.down()
  await node.json(['up', ...LOCAL])
  expect(await node.client.chain()).toMatchObject({ kind: 'elsewhere', isNamed: false, now: { token } })
  const again = await openWallet()
  await again.getByRole('button', { name: 'Back to the embedded chain' }).click()
  await expectAccessible(again, 'back to the embedded chain')
  await submit(again.getByRole('dialog'), 'Back to the embedded chain')
  await expect.poll(chainIdNow, SOON).toBe(own)
  await isOn(again, own)
  expect(await node.client.wallet()).toMatchObject({ address, walletWei: `${1_000n * 10n ** 18n}` })
  expect((await node.client.chain()).remembered).toBeNull()
  await again.close()
})
