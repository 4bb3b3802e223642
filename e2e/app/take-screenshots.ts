import { mkdir, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import type { Job } from '@golem/api'
import type { Browser, Page } from 'playwright-core'
import sharp from 'sharp'
import { type GolemNode, golemNode } from '../src/golem-node.ts'
import { startGrid } from '../src/start-grid.ts'
import { until } from '../src/until.ts'
import { openApp, openBrowser } from './open-app.ts'

// Writes a picture of every page of the Golem App in both languages, over a grid that renders. Look at them before they
// are committed.
const ROOT = resolve(import.meta.dirname, '../..')
const TARGET = join(ROOT, 'docs/screenshots')
const SCENE = join(ROOT, 'apps/blender/scenes/golem.blend')
const MODULE = join(ROOT, 'packages/sandbox/test/wasm/modules/probe.wasm')
const QUALITY = 72
const LANGUAGES = ['en', 'ko'] as const

type View = { name: string; path: string; ready: (page: Page) => Promise<unknown>; width?: number; theme?: 'dark' }

const grid = await startGrid({ providers: 1 })
const browser = await openBrowser()
try {
  const cheater = await grid.addCheater('half-the-samples')
  const fresh = golemNode(join(grid.folder, 'fresh'), {
    upArgs: ['--dev', '--dev-dir', join(grid.folder, 'chain'), '--no-mdns', '--listen', '/ip4/127.0.0.1/tcp/0'],
  })
  await fresh.up()
  try {
    await take(fresh, cheater)
  } finally {
    await fresh.down()
  }
} finally {
  await browser.close()
  await grid.stop()
}

async function take(fresh: GolemNode, cheater: GolemNode): Promise<void> {
  const { requestor, providers } = grid
  const [lender] = providers as [GolemNode]
  const out = join(grid.folder, 'out')
  const args = ['--frames', '1-12', '--samples', '16', '--tiles', '2x2', '--yes', '--out', out]
  const running = requestor.golem(['render', SCENE, ...args])
  const job = await until('a job', async () => (await requestor.client.jobs())[0] ?? null)
  const doneFrames = (count: number) =>
    until('frames', async () => ((await requestor.client.job(job.id)).groups.done >= count ? true : null), 240_000)
  await doneFrames(4)
  for (const language of LANGUAGES) {
    await shoot(browser, requestor, language, [jobView(job, 'job')])
    await shoot(browser, lender, language, [{ name: 'lending', path: '/lending', ready: lent }])
  }
  await running
  const caught = await cheater.client.status()
  for (const act of [
    ['stake', 'add', '40'],
    ['stake', 'serve'],
    ['blacklist', 'add', 'provider', caught.address, '--evidence', SCENE],
  ])
    await requestor.json([...act, '--yes'])
  for (const language of LANGUAGES) {
    await shoot(browser, requestor, language, [
      { name: 'render', path: '/', ready: (page) => page.getByTestId('files').waitFor({ state: 'attached' }) },
      { name: 'examined', path: '/', ready: drop },
      { name: 'checks', path: `/jobs/${job.id}`, ready: (page) => openTab(page, 3, '[data-testid="refused"] img', 2) },
      { name: 'player', path: `/jobs/${job.id}`, ready: (page) => openTab(page, 1, 'canvas') },
      {
        name: 'providers',
        path: `/jobs/${job.id}`,
        ready: (page) => openTab(page, 2, '[role="tabpanel"]:not([hidden]) li'),
      },
      {
        name: 'details',
        path: `/jobs/${job.id}`,
        ready: (page) => openTab(page, 4, '[role="tabpanel"]:not([hidden])'),
      },
      { name: 'jobs', path: '/jobs', ready: (page) => page.locator(`a[href="/jobs/${job.id}"]`).waitFor() },
      { name: 'wallet', path: '/wallet', ready: (page) => page.getByTestId('free').waitFor() },
      { name: 'trust', path: `/trust?peer=${caught.address}`, ready: (page) => page.getByTestId('party').waitFor() },
      { name: 'stake', path: '/trust?tab=stake', ready: (page) => page.getByTestId('staked').waitFor() },
      { name: 'disputes', path: '/trust?tab=disputes', ready: tabShown },
      { name: 'auditing', path: '/trust?tab=audits', ready: tabShown },
      { name: 'lists', path: '/trust?tab=lists', ready: (page) => page.getByTestId('entry').waitFor() },
      { name: 'grid', path: '/grid', ready: (page) => page.getByRole('cell').first().waitFor() },
      { name: 'tools', path: '/tools', ready: (page) => page.locator('[data-ok]').first().waitFor() },
      { name: 'compute', path: '/compute', ready: choose },
      { name: 'network', path: '/network', ready: (page) => page.locator('.recharts-bar-rectangle').first().waitFor() },
    ])
    await shoot(browser, fresh, language, [
      { name: 'lending-first', path: '/lending', ready: (page) => page.getByTestId('per-day').waitFor() },
    ])
  }
  // How it looks in the dark and in a hand, once.
  await shoot(browser, requestor, 'en', [
    { ...jobView(job, 'job-dark'), theme: 'dark' },
    { ...jobView(job, 'job-phone'), width: 390 },
  ])
}

function jobView({ id }: Job, name: string): View {
  return {
    name,
    path: `/jobs/${id}`,
    ready: (page) => page.locator('[data-frame][data-shown="true"]').nth(2).waitFor(),
  }
}

/** With a picture of what was computed. */
async function lent(page: Page): Promise<void> {
  await page.locator('[data-work][data-shown="true"]').first().waitFor()
}

async function drop(page: Page): Promise<void> {
  await page.getByTestId('files').setInputFiles(SCENE)
  await page.getByTestId('estimate').waitFor({ timeout: 90_000 })
}

/** A program and its inputs; a folder of nobody's. */
async function choose(page: Page): Promise<void> {
  await page.getByTestId('module').setInputFiles(MODULE)
  await page.locator('main textarea').fill('ada\ngrace\nhedy')
  await page.locator('main aside input').nth(3).fill('/home/ada/Golem/program')
}

/** Of a tab that was named by the address. */
async function tabShown(page: Page): Promise<void> {
  await page.locator('[role="tabpanel"]:not([hidden]) h2').first().waitFor()
}

async function openTab(page: Page, position: number, wanted: string, count = 1): Promise<void> {
  await page.getByRole('tab').nth(position).click()
  await page
    .locator(wanted)
    .nth(count - 1)
    .waitFor()
}

async function shoot(
  browser: Browser,
  node: GolemNode,
  language: (typeof LANGUAGES)[number],
  views: readonly View[],
): Promise<void> {
  await mkdir(join(TARGET, language), { recursive: true })
  for (const { name, path, ready, width = 1_440, theme = 'light' } of views) {
    const { context, page } = await openApp(browser, node.client, { language, theme, width, height: 900 })
    page.setDefaultTimeout(60_000)
    await page.goto(new URL(path, page.url()).href)
    await ready(page)
    await page.evaluate('document.fonts.ready')
    // What is small and in sight comes a moment later than what was waited for.
    await page.waitForTimeout(1_200)
    await page.evaluate('window.scrollTo(0, 0)')
    const png = await page.screenshot()
    await writeFile(
      join(TARGET, language, `${name}.webp`),
      await sharp(png).webp({ quality: QUALITY, effort: 6 }).toBuffer(),
    )
    await context.close()
  }
}
