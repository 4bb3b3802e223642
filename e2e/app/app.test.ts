import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { decodeInvite, encodeInvite, type GridInvite } from '@golem/protocol'
import type { Browser, Locator, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { differingValues } from '../src/compare-pictures.ts'
import { type GolemNode, golemNode } from '../src/golem-node.ts'
import { makeScenes } from '../src/make-scenes.ts'
import { renderAlone } from '../src/render-alone.ts'
import { type Grid, startGrid } from '../src/start-grid.ts'
import { expectAccessible } from './expect-accessible.ts'
import { openApp, openBrowser } from './open-app.ts'

/** Two cores do everything here: Blender, the chain, the daemons and the browser. */
const SOON = { timeout: 120_000 }

/** Does what its first argument says; see its source in the sandbox's room. */
const PROBE = resolve(import.meta.dirname, '../../packages/sandbox/test/wasm/modules/probe.wasm')

let grid: Grid
let lender: GolemNode
let cheater: GolemNode
let scenes: Awaited<ReturnType<typeof makeScenes>>
let browser: Browser
const failures: string[] = []

beforeAll(async () => {
  grid = await startGrid({ providers: 0 })
  // What a test waits for is not what its machine has left.
  lender = golemNode(join(grid.folder, 'lender'), { upArgs: [...nodeArgs(), '--priority', 'normal'] })
  ;[scenes, browser] = await Promise.all([makeScenes(join(grid.folder, 'scenes')), openBrowser(), lender.up()])
})
afterAll(async () => {
  await browser?.close()
  await lender?.down().catch(() => lender.kill())
  await grid?.stop()
})

const nodeArgs = () => [
  ...['--dev', '--dev-dir', join(grid.folder, 'chain'), '--no-mdns', '--listen', '/ip4/127.0.0.1/tcp/0'],
]

/** What a page complains of is a failure of the page. */
function watched(page: Page): Page {
  page.setDefaultTimeout(SOON.timeout)
  page.on('pageerror', (error) => failures.push(`${page.url()}: ${error.message}`))
  page.on('console', (message) => {
    const text = message.text()
    // A daemon that is away is what some of these are about.
    if (message.type() === 'error' && !/Failed to load resource|ERR_CONNECTION/.test(text))
      failures.push(`${page.url()}, by ${message.location().url}: ${text}`)
  })
  return page
}
const open = async (node: GolemNode, options: Parameters<typeof openApp>[2] = {}) =>
  watched((await openApp(browser, node.client, options)).page)

async function order(page: Page, { file, frames, out }: { file: string; frames: string; out: string }): Promise<void> {
  await page.getByTestId('files').setInputFiles(file)
  await page.getByTestId('estimate').waitFor()
  await page.getByLabel('Frames', { exact: true }).fill(frames)
  await page.getByRole('button', { name: 'More options' }).click()
  await page.getByLabel('Folder for the results').fill(out)
}

const TRUST_TABS = ['Others', 'Stake', 'Disputes', 'Auditing', 'Lists']

/** Something that costs gas, from the button on. */
async function carryOut(page: Page, name: string, fill: (dialog: Locator) => Promise<void> = async () => {}) {
  await page.getByRole('button', { name, exact: true }).first().click()
  const dialog = page.getByRole('dialog')
  await fill(dialog)
  await expectAccessible(page, name)
  await dialog.getByRole('button', { name: 'Continue' }).click()
  await dialog.getByText(/transactions?, about/).waitFor()
  await expectAccessible(page, `${name}: what it would cost`)
  await dialog.getByRole('button', { name, exact: true }).click()
  await dialog.waitFor({ state: 'detached' })
}

const shown = (page: Page) => page.locator('[data-frame][data-shown="true"]')

it('lends from the page: three questions, a measured speed with what it brings, and one button', async () => {
  const page = await open(lender)
  await page.getByRole('link', { name: 'Lend' }).first().click()
  await expect.poll(() => page.getByTestId('per-day').textContent(), SOON).toMatch(/≈ [\d.,]+ GLM/)
  await expectAccessible(page, 'lending at first')
  await page.getByRole('radio', { name: 'Always' }).click()
  await page.getByRole('button', { name: 'Start lending' }).click()
  await expect.poll(() => page.getByTestId('doing').getAttribute('data-doing'), SOON).toBe('waiting')
  await expectAccessible(page, 'lending')
  await page.getByRole('button', { name: 'Pause for an hour' }).click()
  await expect.poll(() => page.getByTestId('doing').getAttribute('data-doing'), SOON).toBe('paused')
  await page.getByRole('button', { name: 'Go on now' }).click()
  await expect.poll(() => page.getByTestId('doing').getAttribute('data-doing'), SOON).toBe('waiting')
  await page.close()
})

it('renders a dropped file: a first picture, a price that moves with what is typed, pictures, a player, downloads', async () => {
  const page = await open(grid.requestor)
  await expectAccessible(page, 'render')
  const folder = join(grid.folder, 'from-page')
  await order(page, { file: scenes.moving, frames: '1-3', out: folder })
  await page.getByAltText(/A quick first frame/).waitFor()
  const jobs = async () =>
    Promise.all((await grid.requestor.client.jobs()).map(({ id }) => grid.requestor.client.job(id)))
  const price = () => page.getByTestId('estimate').textContent()
  await expect.poll(price, SOON).toMatch(/≈ [\d.,]+ GLM/)
  const before = await price()
  await page.getByLabel('Samples').fill('4000')
  expect(await price()).not.toBe(before)
  await page.getByLabel('Samples').fill('16')
  await expectAccessible(page, 'options')
  const lending = await open(lender)
  await lending.getByRole('link', { name: 'Lend' }).first().click()
  await lending.getByTestId('doing').waitFor()
  await page.getByRole('button', { name: 'Render', exact: true }).click()

  await expect.poll(() => page.getByTestId('done').textContent(), SOON).toBe('3 / 3')
  await expect.poll(() => shown(page).count(), SOON).toBe(3)
  await expectAccessible(page, 'job')
  // Whoever lends sees what it was.
  await lending.locator('[data-work="computed"][data-shown="true"] img').first().waitFor()
  await expectAccessible(lending, 'lent work')
  await lending.close()

  for (const tab of ['Providers', 'Checks', 'Details']) {
    await page.getByRole('tab', { name: tab }).click()
    await expectAccessible(page, tab)
  }
  await page.getByRole('tab', { name: 'Player' }).click()
  await expectAccessible(page, 'player')
  const screen = page.getByTestId('screen')
  await expect.poll(() => screen.getAttribute('width'), SOON).toBe('64')
  const first = await screen.getAttribute('data-frame')
  await page.getByRole('button', { name: 'Play' }).click()
  await expect.poll(() => screen.getAttribute('data-frame'), SOON).not.toBe(first)

  await page.getByRole('tab', { name: 'Frames' }).click()
  await page.locator('[data-frame="2"]').click()
  await expectAccessible(page, 'frame')
  const downloading = page.waitForEvent('download')
  await page.getByRole('link', { name: 'Download this frame' }).click()
  const saved = join(grid.folder, 'saved.png')
  await (await downloading).saveAs(saved)
  const alone = join(grid.folder, 'alone')
  await renderAlone(scenes.moving, [2], { folder: alone, change: 'scene.cycles.samples = 16' })
  const [name = ''] = await readdir(alone)
  expect(await differingValues(saved, join(alone, name))).toBe(0)
  await page.keyboard.press('Escape')

  await page.locator('[data-frame="2"]').click()
  await page.getByRole('button', { name: 'Render again' }).click()
  // What is computed together is done again together: how many that are depends on how long a frame takes here.
  await page.getByText(/^Render frames? (\d, )*2(, \d)* again\?/).waitFor()
  await page.getByRole('button', { name: 'Render again' }).click()
  await page.keyboard.press('Escape')
  const redone = async () => (await jobs())[0]?.results.reduce((sum, each) => sum + each.redone, 0)
  await expect.poll(redone, SOON).toBe(1)
  await expect.poll(() => page.getByTestId('done').textContent(), SOON).toBe('3 / 3')
  await expect.poll(async () => (await jobs())[0]?.state, SOON).toBe('done')
  expect(await differingValues(join(folder, name), join(alone, name))).toBe(0)

  for (const [entry, extension] of [
    ['All files (ZIP)', /\.zip$/],
    ['As a video', /\.mp4$/],
    ['Animation (APNG)', /\.png$/],
  ] as const) {
    await page.getByRole('button', { name: 'Download' }).click()
    const coming = page.waitForEvent('download')
    await page.getByRole('menuitem', { name: entry }).click()
    expect((await coming).suggestedFilename()).toMatch(extension)
    expect(await (await coming).failure()).toBeNull()
  }
  await page.close()
})

it('orders with all that the command line can say, tells the measured price, and starts at a word', async () => {
  const page = await open(grid.requestor)
  await order(page, { file: scenes.moving, frames: '1', out: join(grid.folder, 'asked') })
  await page.getByLabel('Samples').fill('16')
  const price = async () => Number(/≈ ([\d.]+) GLM/.exec((await page.getByTestId('estimate').textContent()) ?? '')?.[1])
  await expect.poll(price, SOON).toBeGreaterThan(0)
  await page.getByLabel('Samples').fill('400000')
  const once = await price()
  await page.getByRole('radio', { name: 'By several' }).click()
  await page.getByRole('combobox', { name: 'Have to agree' }).selectOption('3')
  expect((await price()) / once).toBeCloseTo(3, 1)
  await page.getByRole('switch', { name: 'I take results that nobody checked' }).click()
  expect(await page.getByText('Every part is checked before it is paid.').count()).toBe(0)
  await page.getByRole('radio', { name: 'More' }).click()
  await page.getByLabel('Samples').fill('16')
  await page.getByRole('combobox', { name: 'Tiles of a frame' }).selectOption('Other')
  const button = page.getByRole('button', { name: 'Measure the price' })
  await page.getByRole('switch', { name: 'Ask me before it starts' }).click()
  expect(await button.isDisabled()).toBe(true)
  await page.getByLabel('Columns and rows').fill('2x1')
  await page.getByRole('combobox', { name: 'Others who check' }).selectOption('Auditors you follow')
  await page.getByLabel('Wait for a first offer').fill('5')
  await page.getByRole('switch', { name: 'Private' }).click()
  await expectAccessible(page, 'all options')
  await button.click()
  await page.getByText(/It would cost about [\d.]+ GLM/).waitFor()
  await expectAccessible(page, 'the price waits')
  await page.getByLabel('The most that it may spend').fill('3')
  await page.getByRole('button', { name: 'Start', exact: true }).click()
  await expect.poll(() => page.getByTestId('done').textContent(), SOON).toBe('1 / 1')
  await page.getByRole('tab', { name: 'Details' }).click()
  await page.getByText(/4 hidden parts of each result/).waitFor()
  const [job] = await grid.requestor.client.jobs()
  expect(job).toMatchObject({ isPrivate: true, budgetWei: '3000000000000000000', subtasks: { total: 2 } })
  await page.close()
})

it('runs a program over lines that are typed, and shows what came out', async () => {
  const page = await open(grid.requestor)
  await page.getByRole('link', { name: 'Jobs' }).first().click()
  await page.getByRole('link', { name: 'Run a program' }).click()
  const button = page.getByRole('button', { name: 'Measure the price' })
  await page.getByTestId('module').setInputFiles(PROBE)
  expect(await button.isDisabled()).toBe(true)
  await page.getByLabel('Arguments').fill('stdin')
  await page.getByLabel('Lines', { exact: true }).fill('ada\ngrace\nhedy')
  await page.getByLabel('Folder for the results').fill(join(grid.folder, 'computed'))
  await expectAccessible(page, 'a program')
  await button.click()
  await page.getByText(/It would cost about/).waitFor()
  await page.getByRole('button', { name: 'Start', exact: true }).click()
  await expect.poll(() => page.getByTestId('done').textContent(), SOON).toBe('3 / 3')
  const link = page.getByTestId('results').getByRole('link').first()
  await expectAccessible(page, 'results')
  const downloading = page.waitForEvent('download')
  await link.click()
  const saved = join(grid.folder, 'results.jsonl')
  await (await downloading).saveAs(saved)
  const said = (await readFile(saved, 'utf8')).trim().split('\n')
  expect(said.map((line) => JSON.parse(line).stdout.trim())).toEqual(['ada', 'grace', 'hedy'])
  expect(await page.getByRole('tab', { name: 'Player' }).count()).toBe(0)
  await page.close()
})

it('says what is wrong with a file, and what to do', async () => {
  const page = await open(grid.requestor)
  await page.getByTestId('files').setInputFiles(resolve(import.meta.dirname, 'app.test.ts'))
  await page.getByText('There is no .blend file among these.').waitFor()
  await page
    .getByTestId('files')
    .setInputFiles(resolve(import.meta.dirname, '../../apps/blender/scenes/fixtures/no-camera.blend'))
  const alert = page.getByRole('alert')
  await expect.poll(() => alert.textContent(), SOON).toMatch(/camera/i)
  await page.close()
})

it('shows a cheater who was caught, and goes on over a daemon that was killed in mid-job', async () => {
  cheater = await grid.addCheater('wrong-picture')
  const page = await open(grid.requestor)
  await order(page, { file: scenes.moving, frames: '1-3', out: join(grid.folder, 'caught') })
  // So many that a frame takes longer than its tiles need to be seen.
  await page.getByLabel('Samples').fill('256')
  await page.getByRole('combobox', { name: 'Tiles of a frame' }).selectOption('4×4')
  await page.getByRole('switch', { name: 'Private' }).click()
  await page.getByRole('button', { name: 'Render', exact: true }).click()
  // Tiles show while their frame is not finished.
  await page.locator('[data-frame][data-shown="true"]:not([data-state="done"])').first().waitFor()
  await page.getByRole('button', { name: 'Pause' }).click()
  await page.getByText('Nothing more is handed out.').waitFor()
  await page.getByRole('button', { name: 'Go on' }).click()
  await page.getByRole('button', { name: 'Change the budget' }).click()
  await page.getByLabel('Budget', { exact: true }).fill('0.001')
  await page.getByRole('button', { name: 'Set this budget' }).click()
  await page.getByText('0.001 GLM', { exact: true }).waitFor()
  await grid.requestor.kill()
  await page.getByText('The daemon does not answer.').first().waitFor()
  await grid.requestor.up()
  await page.getByText('The daemon does not answer.').first().waitFor({ state: 'detached' })
  await expect.poll(() => page.getByTestId('done').textContent(), { timeout: 170_000 }).toBe('3 / 3')
  await page.getByRole('tab', { name: /Checks/ }).click()
  await expect.poll(() => page.getByTestId('refused').count(), SOON).toBeGreaterThan(0)
  await expect.poll(() => page.getByTestId('refused').first().textContent(), SOON).toMatch(/values differ/)
  // What was refused, what of it was rendered again and convicted it, and what was accepted instead.
  await expect.poll(() => page.getByTestId('refused').first().getByRole('img').count(), SOON).toBe(3)
  await expectAccessible(page, 'checks')
  await page.close()
})

it('says in words why somebody is trusted, does a check again, and lets another node do so', async () => {
  const jobs = (await grid.requestor.client.jobs()).map(({ id }) => grid.requestor.client.job(id))
  const job = (await Promise.all(jobs)).find(({ rejections }) => rejections.length > 0)
  const page = await open(grid.requestor)
  await page.goto(new URL(`/jobs/${job?.id}`, page.url()).href)
  await page.getByRole('tab', { name: 'Providers' }).click()
  await page.getByRole('link', { name: `Look up ${job?.rejections[0]?.provider}` }).click()
  const party = page.getByTestId('party')
  await party.getByText(/^1 subtask rejected/).waitFor()
  await expectAccessible(page, 'somebody in words')

  // The job was private: its own requestor needs no key.
  await party.getByRole('button', { name: 'Check again' }).first().click()
  await expectAccessible(page, 'check again')
  await page.getByRole('button', { name: 'Do the check' }).click()
  await page.getByText('The verdict holds here.').waitFor()
  await expectAccessible(page, 'checked again')
  await page.keyboard.press('Escape')

  const { peerId } = await lender.client.status()
  const verdict = (await party.locator('code').first().textContent()) ?? ''
  await party.getByRole('button', { name: 'Let somebody check it' }).first().click()
  await page.getByLabel('Peer id of that node').fill(peerId)
  await expectAccessible(page, 'let somebody check')
  await page.getByRole('button', { name: 'Make the key' }).click()
  const key = (await page.getByTestId('key').textContent()) ?? ''
  await page.close()

  const elsewhere = await open(lender)
  await elsewhere.goto(new URL('/trust', elsewhere.url()).href)
  const check = async (with_: { key: string }) => {
    await elsewhere.getByRole('button', { name: 'Check again' }).first().click()
    await elsewhere.getByLabel('Verdict', { exact: true }).fill(verdict)
    await elsewhere.getByLabel('Key', { exact: true }).fill(with_.key)
    await elsewhere.getByRole('button', { name: 'Do the check' }).click()
  }
  await check({ key: '' })
  await elsewhere.getByText('does not open here').waitFor()
  await elsewhere.keyboard.press('Escape')
  await check({ key })
  await elsewhere.getByText('The verdict holds here.').waitFor()
  await elsewhere.close()
})

it('puts something at stake, serves on panels for it, and asks for it back', async () => {
  const page = await open(grid.requestor)
  await page.getByRole('link', { name: 'Trust' }).first().click()
  await page.getByRole('tab', { name: 'Stake' }).click()
  await expect.poll(() => page.getByTestId('staked').textContent(), SOON).toBe('0 GLM')
  await expectAccessible(page, 'nothing at stake')
  await carryOut(page, 'Put at stake', (dialog) => dialog.getByLabel('Amount').fill('40'))
  await expect.poll(() => page.getByTestId('staked').textContent(), SOON).toBe('40 GLM')
  await carryOut(page, 'Serve on panels')
  await page.getByText('40 GLM of 40 GLM that serve').waitFor()
  await carryOut(page, 'Serve no more')
  await page.getByText('Not drawn').waitFor()
  await carryOut(page, 'Ask for it back')
  await page.getByText(/can be taken from/).waitFor()
  await expectAccessible(page, 'a stake on its way back')
  await carryOut(page, 'Leave it after all')
  await page.getByRole('button', { name: 'Serve on panels' }).waitFor()
  const { stake } = await grid.requestor.client.disputes()
  expect(stake).toEqual({ totalWei: `${40n * 10n ** 18n}`, agedWei: `${40n * 10n ** 18n}`, exitsAtS: null })
  await page.close()
})

it('audits for a fee, and says what that takes', async () => {
  const page = await open(lender)
  await page.getByRole('link', { name: 'Trust' }).first().click()
  await page.getByRole('tab', { name: 'Auditing' }).click()
  await page.getByText('Nothing that counts is at stake').waitFor()
  await page.getByText('Nothing audited yet').waitFor()
  for (const isOn of [true, false]) {
    await page.getByRole('switch', { name: 'Audit for a fee' }).click()
    await expect.poll(async () => (await lender.client.audits()).isOn, SOON).toBe(isOn)
    await expectAccessible(page, 'audits')
  }
  await page.close()
})

it('lists somebody with its evidence, shows who lists whom, and lets the listed answer', async () => {
  const [{ address }, { address: listed }] = await Promise.all([grid.requestor.client.status(), lender.client.status()])
  const page = await open(grid.requestor)
  await page.getByRole('link', { name: 'Trust' }).first().click()
  await page.getByRole('tab', { name: 'Lists' }).click()
  await page.getByText('You list nobody').waitFor()
  await expectAccessible(page, 'lists')
  await carryOut(page, 'List somebody', async (dialog) => {
    await dialog.getByLabel('Whom').fill(listed)
    await dialog.getByLabel('For how many days').fill('30')
    await dialog.getByLabel('Evidence').fill('It delivered half of the samples.')
  })
  const entry = page.getByTestId('entry').first()
  await entry.getByText('Provider', { exact: true }).waitFor()
  const [{ evidence } = { evidence: '' }] = (await grid.requestor.client.list(address)).entries
  await entry.getByText(evidence).waitFor()
  const kept = join(grid.folder, 'evidence.txt')
  await grid.requestor.client.writeData(evidence, { path: kept, from: [] })
  expect(await readFile(kept, 'utf8')).toBe('It delivered half of the samples.\n')

  await page.getByRole('tab', { name: 'Others' }).click()
  await page.getByLabel('Address', { exact: true }).fill(listed)
  await page.getByRole('button', { name: 'Look up' }).click()
  await page.getByTestId('named-on').getByText('this node itself').waitFor()

  const theirs = await open(lender)
  await theirs.goto(new URL('/trust?tab=lists', theirs.url()).href)
  await theirs.getByLabel('Follow the list of').fill(address)
  await theirs.getByRole('button', { name: 'Add', exact: true }).click()
  await theirs.getByText('You are listed by').waitFor()
  await carryOut(theirs, 'Answer', (dialog) => dialog.getByLabel('Your answer').fill('It did not.'))
  await theirs.getByTestId('entry').getByText('Answer:').waitFor()
  await expectAccessible(theirs, 'listed')
  await theirs.getByRole('button', { name: 'Unfollow' }).click()
  await theirs.getByText('You are on no list that you follow').waitFor()
  await theirs.close()

  await page.getByRole('tab', { name: 'Lists' }).click()
  await carryOut(page, 'Renew', (dialog) => dialog.getByLabel('For how many days').fill('60'))
  await carryOut(page, 'Take off')
  await page.getByText('You list nobody').waitFor()
  await page.close()
})

it('takes a rejection to a panel, and shows how the dispute stands', async () => {
  const accused = (await grid.requestor.client.status()).address
  const page = await open(cheater)
  await expect.poll(async () => (await cheater.client.party(accused)).rejections.length, SOON).toBeGreaterThan(0)
  await page.goto(new URL(`/trust?peer=${accused}`, page.url()).href)
  const rejection = page.getByTestId('rejection').first()
  await rejection.getByText('Its evidence convinces.').waitFor()
  await expectAccessible(page, 'a rejection')
  await carryOut(page, 'Take it to a panel')
  await page.getByRole('tab', { name: 'Disputes' }).click()
  const dispute = page.getByTestId('dispute').first()
  await expect.poll(() => dispute.textContent(), SOON).toMatch(/No\. 1.*You.*against/)
  await expectAccessible(page, 'a dispute')
  await page.close()
})

it('cancels a job once it was said twice, and goes on with it', async () => {
  const page = await open(grid.requestor)
  await order(page, { file: scenes.moving, frames: '1-12', out: join(grid.folder, 'cancelled') })
  // Long enough that each frame is a subtask, and that some are left.
  await page.getByLabel('Samples').fill('3000')
  await page.getByRole('button', { name: 'Render', exact: true }).click()
  await expect.poll(() => shown(page).count(), SOON).toBeGreaterThan(0)
  await page.getByRole('button', { name: 'Cancel' }).click()
  await expectAccessible(page, 'sure')
  await page.getByRole('button', { name: 'Cancel the job' }).click()
  await page.getByRole('button', { name: 'Go on' }).waitFor()
  await page.getByText('Cancelled', { exact: true }).first().waitFor()
  await page.close()
})

it('tells of money, jobs and the network, in two languages and on small screens', async () => {
  const page = await open(grid.requestor, { width: 360, height: 740, theme: 'dark' })
  const views = {
    Jobs: '작업',
    Wallet: '지갑',
    Network: '네트워크',
    Trust: '신뢰',
    Tools: '도구',
    Lend: '빌려주기',
    Render: '렌더링',
  }
  for (const view of Object.keys(views)) {
    await page.getByRole('link', { name: view, exact: true }).last().click()
    await page.getByRole('heading', { level: 1, name: view }).waitFor()
    await expectAccessible(page, `${view} at 360 px in the dark`)
    // Nothing sticks out to the side.
    expect([view, await page.evaluate('document.documentElement.scrollWidth')]).toEqual([view, 360])
    if (view !== 'Trust') continue
    for (const tab of TRUST_TABS) {
      await page.getByRole('tab', { name: tab }).click()
      await expectAccessible(page, `${tab} at 360 px in the dark`)
      expect([tab, await page.evaluate('document.documentElement.scrollWidth')]).toEqual([tab, 360])
    }
  }
  await page.getByRole('button', { name: 'Language' }).click()
  await page.getByRole('menuitemradio', { name: '한국어' }).click()
  for (const view of Object.values(views)) {
    await page.getByRole('link', { name: view, exact: true }).last().click()
    await page.getByRole('heading', { level: 1, name: view }).waitFor()
    expect([view, await page.evaluate('document.documentElement.scrollWidth')]).toEqual([view, 360])
  }
  expect(await page.evaluate('document.documentElement.lang')).toBe('ko')
  // What the daemon itself says of a job, too.
  const [job] = (await grid.requestor.client.jobs()).filter(({ state }) => state === 'done')
  await page.goto(new URL(`/jobs/${job?.id}`, page.url()).href)
  await page.getByRole('tab').nth(3).click()
  await page
    .getByText(/다시 렌더링: 마지막 비트까지 같음/)
    .first()
    .waitFor()
  await page.close()
})

it('fills a large screen, and sticks out of none', async () => {
  const page = await open(grid.requestor, { width: 2_560, height: 1_440 })
  for (const view of ['Jobs', 'Wallet', 'Network', 'Trust', 'Tools', 'Lend', 'Render']) {
    await page.getByRole('link', { name: view, exact: true }).first().click()
    await page.getByRole('heading', { level: 1, name: view }).waitFor()
    expect([view, await page.evaluate('document.documentElement.scrollWidth')]).toEqual([view, 2_560])
  }
  await page.goto(new URL('/nowhere', page.url()).href)
  await page.getByText('There is nothing here.').waitFor()
  await expectAccessible(page, 'not found')
  await page.close()
})

it('has nothing serious against any dialog or menu that opens, by axe', async () => {
  const page = await open(grid.requestor)
  const closed = async () => {
    await expect.poll(() => page.locator('[role="dialog"], [role="menu"]').count(), SOON).toBe(0)
  }
  const opened = async (name: string, role: 'dialog' | 'menu') => {
    await page.getByRole(role).waitFor()
    await expectAccessible(page, name)
  }
  for (const name of ['Language', 'Colours']) {
    await page.getByRole('button', { name }).first().click()
    await opened(name, 'menu')
    await page.keyboard.press('Escape')
    await closed()
  }
  await page.getByRole('link', { name: 'Wallet' }).first().click()
  for (const name of ['Deposit', 'Withdraw', 'Send']) {
    await page.getByRole('button', { name, exact: true }).click()
    await opened(name, 'dialog')
    if (name === 'Deposit') {
      await page.getByLabel('Amount').fill('0.5')
      await page.getByRole('button', { name: 'Continue' }).click()
      await page.getByRole('button', { name: 'Back' }).waitFor()
      await expectAccessible(page, 'what it would cost')
      await page.getByRole('dialog').getByRole('button', { name: 'Deposit' }).click()
    } else await page.keyboard.press('Escape')
    await closed()
  }
  const jobs = await grid.requestor.client.jobs()
  const [done, stopped] = ['done', 'cancelled'].map((state) => jobs.find((job) => job.state === state)?.id)
  await page.goto(new URL(`/jobs/${done}`, page.url()).href)
  await page.getByRole('button', { name: 'Download' }).click()
  await opened('downloads', 'menu')
  await page.keyboard.press('Escape')
  await closed()
  await page.locator('[data-frame]').first().click()
  await page.getByRole('button', { name: 'Render again' }).click()
  await opened('render again', 'dialog')
  await page.keyboard.press('Escape')
  await closed()
  await page.goto(new URL(`/jobs/${stopped}`, page.url()).href)
  await page.getByRole('button', { name: 'Change the budget' }).click()
  await opened('budget', 'dialog')
  await page.keyboard.press('Escape')
  await closed()
  await page.getByRole('link', { name: 'Trust' }).first().click()
  await page.getByRole('button', { name: 'Why' }).first().click()
  await page.getByRole('button', { name: 'Why', expanded: true }).waitFor()
  await expectAccessible(page, 'why somebody is trusted')
  await page.close()
})

it('examines the machine, adds content from the browser, finds it again elsewhere, and lets it go', async () => {
  const page = await open(grid.requestor)
  await page.getByRole('link', { name: 'Tools' }).first().click()
  const checks = page.getByTestId('checks')
  await checks.getByText('Node.js').waitFor()
  await checks
    .getByText(/container runtime/)
    .first()
    .waitFor()
  await expectAccessible(page, 'tools')
  await page.getByRole('combobox', { name: 'What is examined' }).selectOption('Whether map runs here for others')
  await checks.getByText('This node does not lend.').waitFor()
  await checks.getByRole('img', { name: 'Needs something' }).first().waitFor()

  await page.getByRole('button', { name: 'Add content' }).click()
  const file = join(grid.folder, 'greeting.txt')
  await writeFile(file, 'hello from a page\n')
  await page.getByTestId('data-file').setInputFiles(file)
  await expectAccessible(page, 'content to be added')
  await page.getByRole('dialog').getByRole('button', { name: 'Add', exact: true }).click()
  await page.getByRole('dialog').waitFor({ state: 'detached' })
  const { cid } = await grid.requestor.client.addData({ path: file, pin: false })
  const kept = page.locator(`[data-cid="${cid}"]`)
  await kept.getByText(/kept for you/).waitFor()
  await kept.getByRole('button', { name: 'Entries' }).click()
  await page.getByText('A file, or an empty folder.').waitFor()
  await page.keyboard.press('Escape')
  await kept.getByRole('button', { name: 'Write to disk' }).click()
  const copy = join(grid.folder, 'copy.txt')
  await page.getByLabel('Where to').fill(copy)
  await expectAccessible(page, 'content to be written')
  await page.getByRole('dialog').getByRole('button', { name: 'Write it to disk' }).click()
  await page.getByRole('dialog').waitFor({ state: 'detached' })
  expect(await readFile(copy, 'utf8')).toBe('hello from a page\n')

  const elsewhere = await open(lender)
  await elsewhere.getByRole('link', { name: 'Tools' }).first().click()
  await elsewhere.getByRole('button', { name: 'Fetch content' }).click()
  await elsewhere.getByLabel('CID', { exact: true }).fill('not a name')
  await elsewhere.getByText('A CID is like').waitFor()
  await elsewhere.getByLabel('CID', { exact: true }).fill(cid)
  await elsewhere.getByRole('dialog').getByRole('button', { name: 'Keep it' }).click()
  await elsewhere.locator(`[data-cid="${cid}"]`).waitFor()
  await elsewhere.close()

  await kept.getByRole('button', { name: 'Let go' }).click()
  await kept.waitFor({ state: 'detached' })
  await page.getByRole('button', { name: 'Clear what nobody keeps' }).click()
  await page
    .getByText(/removed/)
    .first()
    .waitFor()
  await page.getByRole('button', { name: 'Add an image' }).click()
  await page.getByLabel('Name', { exact: true }).fill('nothing')
  await page.getByLabel('Folder', { exact: true }).fill(join(grid.folder, 'nowhere'))
  await expectAccessible(page, 'an image to be added')
  await page.getByRole('dialog').getByRole('button', { name: 'Add', exact: true }).click()
  await page.getByRole('dialog').getByRole('alert').waitFor()
  await page.close()
})

it('shows the crowdfunding that made the token, and writes a backup that its password opens', async () => {
  const page = await open(grid.requestor)
  await page.getByRole('link', { name: 'Wallet' }).first().click()
  await page.getByText('The tokens move, and none is made any more.').waitFor()
  expect(await page.getByRole('button', { name: 'Contribute' }).count()).toBe(0)
  await page.getByRole('button', { name: 'Back up' }).click()
  const path = join(grid.folder, 'backup.json')
  await page.getByLabel('Where to').fill(path)
  const choose = async (password: string) => {
    for (const label of ['A password for the backup', 'The same once more']) await page.getByLabel(label).fill(password)
  }
  await page.getByLabel('A password for the backup').fill('not seen by whoever types')
  await page.getByLabel('The same once more').fill('not seen by whoever typed')
  await page.getByText('It is not the same.').waitFor()
  expect(await page.getByRole('button', { name: 'Write the backup' }).isDisabled()).toBe(true)
  await choose('short')
  await page.getByRole('button', { name: 'Write the backup' }).click()
  await page.getByRole('dialog').getByRole('alert').waitFor()
  await expectAccessible(page, 'a backup')
  await choose('long enough to be one')
  await page.getByRole('button', { name: 'Write the backup' }).click()
  await page.getByRole('dialog').waitFor({ state: 'detached' })
  const other = golemNode(join(grid.folder, 'restored'), {
    upArgs: nodeArgs(),
    env: { GOLEM_PASSWORD: 'long enough to be one' },
  })
  const { address } = await grid.requestor.client.status()
  expect(await other.json(['wallet', 'import', path])).toMatchObject({ address })
  await page.close()
})

it('begins a private grid, lets another machine in by its invite, and ends it, without a terminal', async () => {
  const [host, member] = ['host', 'member'].map((name) =>
    golemNode(join(grid.folder, name), { upArgs: nodeArgs() }),
  ) as [GolemNode, GolemNode]
  await Promise.all([host.up(), member.up()])
  try {
    const [mine, theirs] = [await open(host), await open(member)]
    for (const page of [mine, theirs]) {
      await page.getByRole('link', { name: 'Network' }).first().click()
      await page.getByRole('link', { name: 'Private grid and connections' }).click()
      await page.getByText('This node is in no private grid').waitFor()
    }
    await expectAccessible(mine, 'in no grid')
    await mine.getByRole('button', { name: 'Begin a grid' }).click()
    await mine.getByLabel('Name', { exact: true }).fill('No Name')
    await mine.getByText('Use 1 to 32 small letters').waitFor()
    await mine.getByLabel('Name', { exact: true }).fill('studio')
    await expectAccessible(mine, 'a grid begins')
    await mine.getByRole('dialog').getByRole('button', { name: 'Begin a grid' }).click()
    await expect.poll(() => mine.getByTestId('grid-name').textContent(), SOON).toBe('studio')
    await mine.getByRole('button', { name: 'Invite', exact: true }).click()
    const invite = (await mine.getByTestId('invite').textContent()) ?? ''
    await mine.getByRole('img', { name: 'The invite as a code to be scanned' }).waitFor()
    await expectAccessible(mine, 'the invite')
    await mine.keyboard.press('Escape')

    const enter = async (text: string) => {
      await theirs.getByRole('button', { name: 'Enter a grid' }).click()
      await theirs.getByLabel('Invite').fill(text)
      await theirs.getByRole('dialog').getByRole('button', { name: 'Enter a grid' }).click()
    }
    await enter(`${invite}x`)
    await theirs.getByRole('alert').waitFor()
    await theirs.keyboard.press('Escape')
    // Another key: the host lets it in under no name.
    await enter(encodeInvite({ ...decodeInvite(invite), psk: `0x${'07'.repeat(32)}` as GridInvite['psk'] }))
    await theirs.getByText(/The host of the grid studio does not answer/).waitFor()
    await theirs.getByText('This node is in no private grid').waitFor()
    await enter(invite)
    await expect.poll(() => theirs.getByTestId('grid-name').textContent(), SOON).toBe('studio')
    await theirs.getByText('Another machine keeps the chain of the grid.').waitFor()
    await mine.getByRole('cell', { name: 'TCP' }).first().waitFor()
    await expectAccessible(mine, 'in a grid')
    expect((await member.client.wallet()).walletWei).toBe(`${1_000n * 10n ** 18n}`)

    await theirs.getByRole('button', { name: 'Leave the grid' }).click()
    await theirs.getByRole('dialog').getByRole('button', { name: 'Leave the grid' }).click()
    await theirs.getByText('This node is in no private grid').waitFor()
    await mine.getByRole('button', { name: 'Revoke all invites' }).click()
    await mine.getByRole('dialog').getByRole('button', { name: 'Revoke all invites' }).click()
    await expect.poll(async () => (await host.client.grid().catch(() => null))?.invite ?? invite, SOON).not.toBe(invite)
    await mine.getByRole('button', { name: 'End the grid' }).click()
    await expectAccessible(mine, 'a grid ends')
    await mine.getByRole('dialog').getByRole('button', { name: 'End the grid' }).click()
    await mine.getByText('This node is in no private grid').waitFor()
    await Promise.all([mine.close(), theirs.close()])
  } finally {
    await Promise.all([host.down(), member.down()])
  }
})

it('says in every view that nothing is there yet, and how something comes', async () => {
  const fresh = golemNode(join(grid.folder, 'fresh'), { upArgs: nodeArgs() })
  await fresh.up()
  try {
    const page = await open(fresh)
    const empty: [view: string, ...sentences: string[]][] = [
      ['Jobs', 'No jobs yet'],
      ['Wallet', 'No transactions yet'],
      ['Network', 'Nothing is published yet'],
      ['Trust', 'Nobody yet', 'Nobody is looked up'],
      ['Tools', 'No image is kept here'],
    ]
    for (const [view, ...sentences] of empty) {
      await page.getByRole('link', { name: view }).first().click()
      for (const sentence of sentences) await page.getByText(sentence).first().waitFor()
      await expectAccessible(page, `${view}, empty`)
    }
    const tabs: [tab: string, ...sentences: string[]][] = [
      ['Auditing', 'Nothing audited yet', 'Nothing was audited yet'],
      ['Lists', 'You list nobody', 'You are on no list that you follow', 'You follow no list.'],
    ]
    await page.getByRole('link', { name: 'Trust' }).first().click()
    for (const [tab, ...sentences] of tabs) {
      await page.getByRole('tab', { name: tab }).click()
      for (const sentence of sentences) await page.getByText(sentence).first().waitFor()
      await expectAccessible(page, `${tab}, empty`)
    }
    await page.goto(new URL('/jobs/nowhere', page.url()).href)
    await page.getByText('There is no job nowhere.').waitFor()
    await expectAccessible(page, 'no such job')
    await page.close()
  } finally {
    await fresh.down()
  }
})

it('publishes an application, judges it with a reason, and takes that back', async () => {
  const page = await open(grid.requestor)
  const done = async (name: string) => {
    const dialog = page.getByRole('dialog')
    await dialog.getByRole('button', { name: 'Continue' }).click()
    await dialog.getByText(/transaction/).waitFor()
    await expectAccessible(page, `what it costs to ${name}`)
    await dialog.getByRole('button', { name, exact: true }).click()
    await dialog.waitFor({ state: 'detached' })
  }
  await page.getByRole('link', { name: 'Network' }).first().click()
  await page.getByText('What this machine has can be published above').waitFor()
  await page.getByRole('button', { name: 'Publish map' }).click()
  await done('Publish')
  await page.getByText('Nobody you believe has judged it').waitFor()
  await page.getByRole('button', { name: 'Details' }).click()
  await page.getByText('nothing beside computing').waitFor()
  await page.getByRole('button', { name: 'Certify' }).click()
  await page.getByLabel('Why').fill('I read its source.')
  await expectAccessible(page, 'a reason')
  await done('Certify')
  await page.getByText('Certified', { exact: true }).first().waitFor()
  await expectAccessible(page, 'a published application')
  const [app] = (await grid.requestor.client.registry({ application: 'map' })).applications
  const { cid } = await grid.requestor.client.addData({ path: await reasonFile(), pin: false })
  expect(app?.statements).toMatchObject([{ verdict: 'certified', reason: cid }])
  await page.getByRole('button', { name: 'Take back' }).click()
  await page.getByLabel('Why').fill(cid)
  await done('Take back')
  await page.getByText('Nobody you believe has judged it').waitFor()
  await page.close()
})

/** What was typed above, as a file: the same content has the same name. */
async function reasonFile(): Promise<string> {
  const path = join(grid.folder, 'reason.txt')
  await writeFile(path, 'I read its source.\n')
  return path
}

it('says in every view that the daemon is away and what to do, and comes back by itself', async () => {
  const page = await open(grid.requestor)
  // What was not wanted yet is fetched a few seconds later: then any view opens without the daemon.
  const scripts = "performance.getEntriesByType('resource').map(({ name }) => name).join()"
  for (const view of ['jobs', 'lending', 'wallet', 'network', 'trust', 'tools', 'grid', 'job'])
    await expect.poll(() => page.evaluate<string>(scripts), SOON).toMatch(new RegExp(`/${view}-page-`))
  await grid.requestor.down()
  for (const view of ['Jobs', 'Wallet', 'Network', 'Trust', 'Tools', 'Lend', 'Render']) {
    await page.getByRole('link', { name: view }).first().click()
    await page.getByRole('heading', { level: 1, name: view }).waitFor()
    await page.getByText('Start it with').first().waitFor()
    // Nothing goes on looking as if it were about to come.
    await expect.poll(() => page.getByText('Loading', { exact: true }).count(), SOON).toBe(0)
    await expectAccessible(page, `${view}, offline`)
    if (view !== 'Trust') continue
    for (const tab of TRUST_TABS) {
      await page.getByRole('tab', { name: tab }).click()
      await expect.poll(() => page.getByText('Loading', { exact: true }).count(), SOON).toBe(0)
      await expectAccessible(page, `${tab}, offline`)
    }
  }
  await page.getByRole('link', { name: 'Lend' }).first().click()
  await grid.requestor.up()
  await page.getByText('Start it with').first().waitFor({ state: 'detached' })
  await page.getByTestId('per-day').waitFor()
  await expect.poll(() => page.getByRole('alert').count(), SOON).toBe(0)
  await page.close()
})

it('lets nobody in without a link, and a link once', async () => {
  const { url } = await grid.requestor.client.createLink()
  const { page } = await openApp(browser, grid.requestor.client)
  await page.goto(url)
  const stranger = await (await browser.newContext()).newPage()
  await stranger.goto(url)
  await stranger.getByText('That link was used already').waitFor()
  await expectAccessible(watched(stranger), 'signed out')
  await Promise.all([page.close(), stranger.close()])
})

it('met no error of its own on the way', () => {
  expect(failures).toEqual([])
})
