import type { Client } from '@golem/api/client'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type Grid, startGrid } from '../src/start-grid.ts'
import { expectAccessible } from './expect-accessible.ts'
import { openApp, openBrowser } from './open-app.ts'

const SOON = { timeout: 60_000 }
const GIB = 1024 ** 3

let grid: Grid
let browser: Browser
let client: Client

beforeAll(async () => {
  ;[grid, browser] = await Promise.all([startGrid({ providers: 0 }), openBrowser()])
  client = grid.requestor.client
})
afterAll(async () => {
  await browser?.close()
  await grid?.stop()
})

it('has the node run otherwise, from now on, and says what is wrong with that', async () => {
  const { page } = await openApp(browser, client)
  page.setDefaultTimeout(SOON.timeout)
  await page.getByRole('link', { name: 'Tools' }).first().click()
  const save = page.getByRole('button', { name: 'Save and start anew' })
  await save.waitFor()
  expect(await save.isDisabled()).toBe(true)
  // The command that started it said this one.
  expect(await page.getByRole('switch', { name: 'Finds peers in the local network' }).isDisabled()).toBe(true)
  await expectAccessible(page, 'how this node runs')

  await page.getByLabel('Takes on the disk, at most').fill('much')
  await page.getByText('This is no such number.').waitFor()
  expect(await save.isDisabled()).toBe(true)
  await page.getByLabel('Takes on the disk, at most').fill('60')
  await page.getByRole('switch', { name: 'Relays for peers that nobody can dial' }).click()
  await page.getByLabel('Tells others instead').fill('here')
  await save.click()
  await page.getByText('--announce here is no address').waitFor()
  await page.getByLabel('Tells others instead').fill('')
  await save.click()
  const now = async () => (await client.start().catch(() => null))?.settings
  await expect.poll(now, SOON).toMatchObject({ storageBytes: 60 * GIB, relay: false, announce: [] })
  await expect
    .poll(
      () =>
        page
          .getByLabel('Takes on the disk, at most')
          .inputValue()
          .catch(() => ''),
      SOON,
    )
    .toBe('60')

  await grid.requestor.down()
  await grid.requestor.up()
  await expect.poll(now, SOON).toMatchObject({ storageBytes: 60 * GIB, relay: false })
  await page.getByLabel('Takes on the disk, at most').fill('')
  await page.getByRole('switch', { name: 'Relays for peers that nobody can dial' }).click()
  await save.click()
  await expect.poll(now, SOON).toMatchObject({ storageBytes: 50 * GIB, relay: true })
  await page.close()
})
