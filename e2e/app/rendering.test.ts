import { execFile } from 'node:child_process'
import { cp, mkdir, open as openFile, readFile, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import type { JobDetail } from '@golem/api'
import type { Browser, Page } from 'playwright-core'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { makeScenes } from '../src/make-scenes.ts'
import { blender } from '../src/render-alone.ts'
import { type Grid, startGrid } from '../src/start-grid.ts'
import { expectAccessible } from './expect-accessible.ts'
import { openApp, openBrowser } from './open-app.ts'

const run = promisify(execFile)
const SOON = { timeout: 120_000 }
const GIB = 1024 ** 3
/** 16 frames of some seconds each. */
const HEAVY = resolve(import.meta.dirname, '../../apps/blender/scenes/heavy.blend')

let grid: Grid
let scenes: Awaited<ReturnType<typeof makeScenes>>
let browser: Browser

beforeAll(async () => {
  ;[grid, browser] = await Promise.all([startGrid({ providers: 1 }), openBrowser()])
  scenes = await makeScenes(join(grid.folder, 'scenes'))
})
afterAll(async () => {
  await browser?.close()
  await grid?.stop()
})

async function open(options: Parameters<typeof openApp>[2] = {}, node = grid.requestor): Promise<Page> {
  const { page } = await openApp(browser, node.client, options)
  page.setDefaultTimeout(SOON.timeout)
  return page
}

/** Files and folders of the disk fall on the page as from a file manager, by the browser's own events. */
async function drop(page: Page, files: readonly string[]): Promise<void> {
  const box = await page.getByRole('region', { name: 'Files to render' }).boundingBox()
  if (box === null) throw new Error('there is no place to drop files')
  const session = await page.context().newCDPSession(page)
  const data = { items: [], files: [...files], dragOperationsMask: 1 }
  const at = { x: box.x + box.width / 2, y: box.y + box.height / 2, data }
  for (const type of ['dragEnter', 'dragOver', 'drop'] as const)
    await session.send('Input.dispatchDragEvent', { type, ...at })
  await session.detach()
}

/** What a button or a link of a page saves. */
async function saved(page: Page, act: () => Promise<void>): Promise<Buffer> {
  const coming = page.waitForEvent('download')
  await act()
  const path = join(grid.folder, `saved-${Math.random()}`)
  await (await coming).saveAs(path)
  return readFile(path)
}

async function rendered(name: string, options: readonly string[]): Promise<JobDetail> {
  const out = join(grid.folder, name)
  return grid.requestor.json<JobDetail>(['render', scenes.moving, '--yes', '--out', out, '--frames', '1-2', ...options])
}

describe('what is dropped on the page', () => {
  it('is a scene without its texture, and then the texture beside it', async () => {
    const page = await open()
    await drop(page, [scenes.wallpaper])
    await page.getByRole('alert').getByText('wallpaper.bmp').first().waitFor()
    await expectAccessible(page, 'a texture is missing')
    await drop(page, [join(grid.folder, 'scenes', 'wallpaper.bmp')])
    await page.getByTestId('estimate').waitFor()
    await page.close()
  })

  it('is a folder or a ZIP file, with all that is in them', async () => {
    const folder = join(grid.folder, 'dropped')
    await mkdir(folder)
    for (const name of ['wallpaper.blend', 'wallpaper.bmp'])
      await cp(join(grid.folder, 'scenes', name), join(folder, name))
    const zip = `import shutil; shutil.make_archive(${JSON.stringify(folder)}, "zip", ${JSON.stringify(folder)})`
    await blender(['-b', '--factory-startup', '--python-exit-code', '1', '--python-expr', zip])
    for (const [what, name] of [
      [folder, 'dropped/wallpaper.blend'],
      [`${folder}.zip`, 'wallpaper.blend'],
    ] as const) {
      const page = await open()
      await drop(page, [what])
      await page.getByTestId('estimate').waitFor()
      await page.getByRole('heading', { level: 1, name }).waitFor()
      await page.getByAltText(/A quick first frame/).waitFor()
      await page.close()
    }
  })

  it('is told to be too large before any of it is sent', async () => {
    const huge = join(grid.folder, 'huge.blend')
    await using file = await openFile(huge, 'w')
    await file.truncate(17 * GIB)
    const page = await open()
    const sent: string[] = []
    page.on('request', (request) => request.method() === 'PUT' && sent.push(request.url()))
    await drop(page, [huge])
    const alert = page.getByRole('alert')
    await alert.getByText('These files have 17 GiB together; a page sends 16 GiB at most.').waitFor()
    await alert.getByText(/name the file by its path/).waitFor()
    await page
      .getByLabel(/on the daemon/i)
      .first()
      .waitFor()
    await expectAccessible(page, 'too large')
    expect(sent).toEqual([])
    await page.close()
  })
})

it('whoever lends sees a first look at a long frame while it is computed, and then what came out of it', async () => {
  const [lender] = grid.providers
  if (lender === undefined) throw new Error('nobody lends')
  const page = await open({}, lender)
  await page.getByRole('link', { name: 'Lend' }).first().click()
  await page.getByTestId('doing').waitFor()
  const options = ['--yes', '--out', join(grid.folder, 'long'), '--frames', '3', '--samples', '256', '--tiles', '1x1']
  const ended = grid.requestor.json<JobDetail>(['render', HEAVY, ...options])
  const running = page.locator('[data-work="running"][data-shown="true"]')
  await running.getByAltText(/^A first look at/).waitFor()
  await running.getByText('First look').waitFor()
  await expectAccessible(page, 'a first look')
  const first = await running.locator('img').getAttribute('src')
  const computed = page.locator('[data-work="computed"][data-sketch="false"] img[alt="What came out of frame 3"]')
  await computed.waitFor()
  expect(await computed.getAttribute('src')).not.toBe(first)
  expect(await page.getByText('First look').count()).toBe(0)
  expect((await ended).state).toBe('done')
  await page.close()
})

describe('what is downloaded', () => {
  let png: JobDetail
  let tiff: JobDetail
  beforeAll(async () => {
    png = await rendered('png', ['--samples', '8'])
    tiff = await rendered('tiff', ['--samples', '8', '--format', 'tiff'])
  })
  const download = async (page: Page, job: JobDetail, entry: string) => {
    await page.goto(new URL(`/jobs/${job.id}`, page.url()).href)
    await page.getByRole('button', { name: 'Download' }).click()
    return saved(page, () => page.getByRole('menuitem', { name: entry }).click())
  }
  const framesIn = async (video: Buffer) => {
    const path = join(grid.folder, 'video.mp4')
    await writeFile(path, video)
    const count = ['-count_frames', '-show_entries', 'stream=nb_read_frames', '-of', 'csv=p=0']
    return (await run('ffprobe', ['-v', 'error', ...count, path])).stdout.trim()
  }
  const animatedFrames = (apng: Buffer) => apng.readUInt32BE(apng.indexOf('acTL') + 4)

  it.each(['png', 'tiff'] as const)(
    'holds the frames of a job in %s: as files, as a video, as an animation',
    async (kind) => {
      const job = kind === 'png' ? png : tiff
      const page = await open()
      const zip = await download(page, job, 'All files (ZIP)')
      expect(job.outputs).toHaveLength(2)
      for (const name of job.outputs) {
        expect(zip.includes(name)).toBe(true)
        // Nothing is packed twice: each file lies in it as it is.
        expect(zip.includes(await readFile(join(job.outDir, name)))).toBe(true)
      }
      expect(await framesIn(await download(page, job, 'As a video'))).toBe('2')
      const apng = await download(page, job, kind === 'png' ? 'Animation (APNG)' : 'Small animation (APNG)')
      expect(animatedFrames(apng)).toBe(2)
      const first = join(job.outDir, job.outputs.toSorted((a, b) => a.localeCompare(b))[0] ?? '')
      const [shown, made] = await Promise.all([apng, first].map((of) => sharp(of).removeAlpha().raw().toBuffer()))
      if (kind === 'png') expect(shown?.equals(made ?? Buffer.alloc(0))).toBe(true)
      else expect(shown?.length).toBe(made?.length)
      await page.close()
    },
  )

  it('is a table of all transactions, of all jobs, and of all that lending brought', async () => {
    const page = await open()
    // The rows of the page never come: a table holds more than they do.
    await page.route('**/v1/wallet/history?limit=25', () => undefined)
    await page.getByRole('link', { name: 'Wallet' }).first().click()
    const table = async (of: Page, name: string) => {
      const text = (await saved(of, () => of.getByRole('button', { name }).click())).toString('utf8')
      expect(text.startsWith('\ufeff')).toBe(true)
      return text.slice(1).trimEnd().split('\r\n')
    }
    const { total, entries } = await grid.requestor.client.history(100)
    const transactions = await table(page, 'Transactions (CSV)')
    expect(transactions[0]).toBe('time,what,why,amount GLM,fee ETH,state,hash')
    expect(transactions.length).toBeGreaterThanOrEqual(1 + total)
    expect(transactions.join()).toContain(entries[0]?.hash)
    const [provider] = grid.providers
    const { address } = (await provider?.client.status()) ?? {}
    const jobs = (await table(page, 'Receipts of jobs (CSV)')).slice(1)
    expect(jobs.filter((line) => line.includes(png.id) && line.includes(`${address}`))).toHaveLength(1)
    await page.close()

    const theirs = await open({}, provider)
    await theirs.getByRole('link', { name: 'Wallet' }).first().click()
    const lent = (await table(theirs, 'Receipts of lending (CSV)')).slice(1)
    const requestor = (await grid.requestor.client.status()).address
    const paid = new RegExp(`^[^,]+,[^,]*,[Bb]lender[^,]*,${requestor},\\d+,0,0\\.\\d+,0x`)
    for (const line of lent) expect(line).toMatch(paid)
    expect(lent).toHaveLength((await grid.requestor.client.jobs()).length)
    await theirs.close()
  })
})

it('counts the machines in sight, their cores, and what they offer for each application', async () => {
  const page = await open()
  await page.getByRole('link', { name: 'Network' }).first().click()
  const counted = (id: string) => page.getByTestId(id).textContent()
  await expect.poll(() => counted('machines'), SOON).toBe('1')
  expect(await counted('cores')).toBe('1')
  const { apps } = await grid.requestor.client.status()
  await expect.poll(() => counted('offers'), SOON).toBe(`${apps.length}`)
  await page.getByText('is not counted here').waitFor()
  await page.close()
})

it('observes an application, and shows what was seen of one that is certified for it', async () => {
  const page = await open()
  await page.goto(new URL('/trust?tab=audits', page.url()).href)
  await page.getByRole('button', { name: 'Observe an application' }).click()
  await page.getByLabel('Application', { exact: true }).fill('blender')
  await page.getByLabel('What it is asked').fill('{')
  await page.getByText('or a list of such.').waitFor()
  await page.getByLabel('What it is asked').fill('')
  await expectAccessible(page, 'observe')
  await page.getByRole('button', { name: 'Observe', exact: true }).click()
  const report = page.getByTestId('vetting')
  await report.getByText('Nothing of it is suspicious.').waitFor()
  await expectAccessible(page, 'observed')
  const cid = (await report.locator('p code').last().textContent()) ?? ''

  const { client } = grid.requestor
  await client.act({ act: 'publish', app: 'blender' })
  const [published] = (await client.registry({ application: 'blender' })).applications
  await client.act({ act: 'certify', application: published?.id ?? '', reason: cid })
  await page.goto(new URL('/network', page.url()).href)
  await page.getByRole('button', { name: 'Details' }).click()
  await page.getByRole('button', { name: 'Observed: 0 suspicions' }).click()
  await report.getByText(cid).waitFor()
  await page.close()
})

it.each([
  { width: 360, height: 740, theme: 'dark', language: 'ko' },
  { width: 2_560, height: 1_440, theme: 'light', language: 'en' },
] as const)('fits $width pixels, $theme, in $language, with nothing serious against it by axe', async (screen) => {
  const page = await open(screen)
  const fits = async (view: string) => {
    await expectAccessible(page, view)
    expect([view, await page.evaluate('document.documentElement.scrollWidth')]).toEqual([view, screen.width])
  }
  await page.getByTestId('files').setInputFiles(scenes.moving)
  await page.getByTestId('estimate').waitFor()
  await page.locator('[data-testid="estimate"]:has-text("GLM")').waitFor()
  await fits('examined')
  const [job] = await grid.requestor.client.jobs()
  await page.goto(new URL(`/jobs/${job?.id}`, page.url()).href)
  await page.getByTestId('done').waitFor()
  const tabs = await page.getByRole('tab').all()
  expect(tabs.length).toBeGreaterThan(3)
  for (const tab of tabs) {
    await tab.click()
    await fits(`job: ${await tab.textContent()}`)
  }
  for (const view of ['compute', 'grid', 'network']) {
    await page.goto(new URL(`/${view}`, page.url()).href)
    await page.getByRole('heading', { level: 1 }).waitFor()
    await fits(view)
  }
  await page.close()
})
