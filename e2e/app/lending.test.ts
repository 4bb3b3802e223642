import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Client } from '@golem/api/client'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type Grid, startGrid } from '../src/start-grid.ts'
import { expectAccessible } from './expect-accessible.ts'
import { openApp, openBrowser } from './open-app.ts'

const SOON = { timeout: 60_000 }

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

async function open(options: Parameters<typeof openApp>[2] = {}): Promise<Page> {
  const { page } = await openApp(browser, client, options)
  page.setDefaultTimeout(SOON.timeout)
  return page
}
async function openLending(options: Parameters<typeof openApp>[2] = {}): Promise<Page> {
  const page = await open(options)
  await page.getByRole('link', { name: 'Lend' }).first().click()
  return page
}
/** Lets requests through once it is called; until then they wait. */
async function hold(page: Page, path: string): Promise<() => void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  await page.route(`**${path}`, async (route) => {
    await promise
    await route.continue().catch(() => undefined)
  })
  return resolve
}
const settings = async () => (await client.lending()).settings

it('shows that it loads, that prices are asked, and why there are none', async () => {
  const page = await open()
  const [answer, goOn, tellPrices] = [
    await hold(page, '/v1/lending'),
    await hold(page, '/v1/live*lending*'),
    await hold(page, '/v1/prices*'),
  ]
  await page.getByRole('link', { name: 'Lend' }).first().click()
  await page.getByRole('heading', { level: 1, name: 'Lend' }).waitFor()
  await page.getByText('Loading', { exact: true }).first().waitFor()
  await expectAccessible(page, 'lending, loading')
  answer()
  goOn()
  await page.getByText('Providers are asked …').waitFor()
  expect(await page.getByText('Nobody else offers at the moment.').count()).toBe(0)
  tellPrices()
  await page.getByText('Nobody else offers at the moment.').waitFor()
  await page.close()

  const cut = await open()
  await cut.route('**/v1/prices*', (route) => route.abort())
  await cut.getByRole('link', { name: 'Lend' }).first().click()
  await cut.getByRole('status').getByText('The daemon does not answer.').waitFor()
  expect(await cut.getByText('Nobody else offers at the moment.').count()).toBe(0)
  await cut.close()
})

it('asks what for: certified, listed or any applications, and a word where that comes to none', async () => {
  const page = await openLending()
  const run = async () => (await client.policy()).policy.run
  for (const [name, value] of [
    ['Certified', 'certified'],
    ['Listed', 'listed'],
  ] as const) {
    await page.getByRole('radio', { name }).click()
    await expect.poll(run, SOON).toBe(value)
    await page.getByText('Nothing runs by this').waitFor()
  }
  await page.getByLabel('Applications that run').fill('blender')
  await page.getByRole('button', { name: 'Add', exact: true }).click()
  await page.getByText('Nothing runs by this').waitFor({ state: 'detached' })
  expect((await client.policy()).policy.allow.apps).toEqual(['blender'])
  await expectAccessible(page, 'what for')
  await page.getByRole('radio', { name: 'Any' }).click()
  await expect.poll(run, SOON).toBe('any')
  await page.getByRole('radio', { name: 'Always' }).click()
  await page.getByRole('button', { name: 'Start lending' }).click()
  await expect.poll(() => page.getByTestId('doing').getAttribute('data-doing'), SOON).toBe('waiting')
  await page.close()
})

it('paints the week by mouse and keyboard, keeps half hours, and refuses a week without an hour', async () => {
  const page = await openLending()
  const hourOf = (hour: number) => page.getByRole('button', { name: `Monday, ${hour} o’clock`, exact: true })
  const schedule = async () => (await settings()).schedule
  await hourOf(9).hover()
  await page.mouse.down()
  for (const hour of [10, 11]) await hourOf(hour).hover()
  await page.mouse.up()
  await expect.poll(schedule, SOON).toBe('mon 00:00-09:00, mon 12:00-24:00, tue-sun')
  await hourOf(9).press(' ')
  await expect.poll(schedule, SOON).toBe('mon 00:00-10:00, mon 12:00-24:00, tue-sun')

  await page.getByLabel('Hours, by the machine’s clock').fill('mon 08:30-09:00')
  await page.getByRole('button', { name: 'Save' }).first().click()
  await expect.poll(() => hourOf(8).getAttribute('aria-pressed'), SOON).toBe('mixed')
  await hourOf(10).click()
  await expect.poll(schedule, SOON).toBe('mon 08:30-09:00, mon 10:00-11:00')
  await hourOf(10).click()
  await expect.poll(schedule, SOON).toBe('mon 08:30-09:00')
  await hourOf(8).click()
  await expect.poll(schedule, SOON).toBe('mon 08:00-09:00')
  await hourOf(8).click()
  await page.getByText('No hour is left').waitFor()
  expect(await schedule()).toBe('mon 08:00-09:00')
  await expectAccessible(page, 'a week without an hour')
  await page.getByRole('button', { name: 'As it was' }).click()
  await expect.poll(() => hourOf(8).getAttribute('aria-pressed'), SOON).toBe('true')
  await hourOf(8).click()
  await page.getByRole('status').getByRole('button', { name: 'Stop lending' }).click()
  await expect.poll(async () => (await settings()).isOn, SOON).toBe(false)
  await page.getByRole('button', { name: 'At all hours' }).click()
  await expect.poll(schedule, SOON).toBeNull()
  await page.close()
})

it('has sliders for cores, memory, disk and price', async () => {
  const page = await openLending()
  const slider = (name: string) => page.getByRole('slider', { name, exact: true })
  await slider('Cores').press('Home')
  await expect.poll(async () => (await settings()).cores, SOON).toBe(1)
  await slider('Cores').press('ArrowRight')
  await expect.poll(async () => (await settings()).cores, SOON).toBe(2)
  await slider('Memory').press('Home')
  await expect.poll(async () => (await settings()).memoryBytes, SOON).toBe(1024 ** 3)
  await slider('Disk').press('Home')
  await slider('Disk').press('ArrowRight')
  await expect.poll(async () => (await settings()).diskBytes, SOON).toBe(5 * 1024 ** 3)
  await slider('Price of a core-hour').press('Home')
  await slider('Price of a core-hour').press('ArrowRight')
  await expect.poll(async () => (await settings()).pricePerCoreHourWei, SOON).toBe(`${10n ** 16n}`)
  await page.close()
})

it('switches what followed lists do, and opens the evidence of an entry', async () => {
  const { address } = await client.status()
  const path = join(grid.folder, 'evidence.txt')
  await writeFile(path, 'It delivered half of the samples.\n')
  const { cid: evidence } = await client.addData({ path, pin: true })
  const subject = `0x${'1a'.repeat(20)}`
  await client.act({ act: 'list', kind: 'provider', subject, evidence, days: 30 })
  const page = await openLending({ width: 360, height: 740 })
  for (const [name, mode] of [
    ['Warn', 'warn'],
    ['Ignore', 'off'],
    ['Leave out', 'auto'],
  ] as const) {
    await page.getByRole('radio', { name, exact: true }).click()
    await expect.poll(async () => (await client.blacklist()).mode, SOON).toBe(mode)
  }
  await page.getByLabel('Follow the list of').fill(address)
  await page.getByLabel('Follow the list of').press('Enter')
  await page.getByRole('button', { name: 'Show entries' }).click()
  await page.getByRole('button', { name: evidence }).click()
  await expect.poll(() => page.getByTestId('content').textContent(), SOON).toBe('It delivered half of the samples.\n')
  await expectAccessible(page, 'evidence')
  await page.keyboard.press('Escape')
  await expectAccessible(page, 'lists on the lending page')
  expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(360)
  await page.close()
})

it('hears in one stream of what others change, and asks for nothing meanwhile', async () => {
  const page = await open()
  const live = page.waitForResponse('**/v1/live*lending*')
  await page.getByRole('link', { name: 'Lend' }).first().click()
  await Promise.all([live, page.getByTestId('doing').waitFor()])
  const asked: string[] = []
  page.on('request', (request) => asked.push(new URL(request.url()).pathname))
  const doing = () => page.getByTestId('doing').getAttribute('data-doing')
  const before = await doing()
  await client.changeLending({ isOn: true, when: 'always', schedule: null, pauseMs: 3_600_000 })
  await expect.poll(doing, SOON).toBe('paused')
  await client.changeLending({ pauseMs: null })
  await expect.poll(doing, SOON).toBe('waiting')
  expect(before).not.toBe('paused')
  expect(asked.filter((path) => ['/v1/lending', '/v1/status', '/v1/machine'].includes(path))).toEqual([])
  await page.close()
})

it('draws what was earned in all', async () => {
  const page = await openLending()
  await page.getByRole('radio', { name: 'In all' }).click()
  await page.getByRole('figure', { name: 'Earnings' }).waitFor()
  await page.close()
})

it('begins with the colours of the system, and remembers others', async () => {
  const page = await open({ theme: 'dark' })
  const theme = () => page.evaluate<string>('document.documentElement.dataset.theme')
  const choose = async (name: string) => {
    await page.getByRole('button', { name: 'Colours' }).first().click()
    await page.getByRole('menuitemradio', { name }).click()
  }
  expect(await theme()).toBe('dark')
  await choose('Light')
  await expect.poll(theme).toBe('light')
  await page.reload()
  await page.locator('main').waitFor()
  expect(await theme()).toBe('light')
  await choose('As the system')
  await expect.poll(theme).toBe('dark')
  await page.close()
})

it('begins in the language of the browser, and remembers another', async () => {
  const page = await open({ language: 'ko' })
  const language = () => page.evaluate<string>('document.documentElement.lang')
  expect(await language()).toBe('ko')
  await page.getByRole('link', { name: '빌려주기' }).first().click()
  await page.getByRole('heading', { level: 1, name: '빌려주기' }).waitFor()
  await page.getByRole('button', { name: '언어' }).first().click()
  await page.getByRole('menuitemradio', { name: 'English' }).click()
  await page.getByRole('heading', { level: 1, name: 'Lend' }).waitFor()
  await page.reload()
  await page.getByRole('heading', { level: 1, name: 'Lend' }).waitFor()
  expect(await language()).toBe('en')
  await page.close()
})
