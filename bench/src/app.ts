import { mkdtemp } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { gzipSync } from 'node:zlib'
import { type Grid, startGrid, until } from '@golem/e2e'
import { type Browser, openApp, openBrowser } from '@golem/e2e/app'
import { scrollRate } from './app/scroll-rate.ts'
import type { BenchmarkContext } from './benchmark.ts'
import { inTurn, median } from './in-turn.ts'
import { alone, beside, type Result } from './result.ts'

const FILE = resolve(import.meta.dirname, '../../apps/blender/scenes/light.blend')
const FRAMES = 2_000
/** What scrolls has pictures in its first part, and frames that wait for theirs after it. */
const PICTURES = 200
const VISITS = 9
const SCROLLS = 3
const PATIENCE_MS = 180_000
const GOALS = { paintMs: 1_000, scriptKb: 250, framesPerSecond: 60 }

/** What the Golem App costs a browser on the daemon's machine: its first visit, its scripts, and a job of 2,000 frames. */
export async function* run({ note, signal }: BenchmarkContext): AsyncGenerator<Result> {
  const grid = await startGrid({ providers: 1 })
  const browser = await openBrowser()
  try {
    const { context } = await openApp(browser, grid.requestor.client)
    const visitor: Visitor = { browser, state: await context.storageState(), url: await addressOf(grid) }
    await context.close()

    const visits: Visit[] = []
    await inTurn(
      {
        'first paint': async () => {
          signal.throwIfAborted()
          const visit = await visitAnew(visitor)
          visits.push(visit)
          return visit.paintMs
        },
      },
      { rounds: VISITS, note },
    )
    const of = (pick: (visit: Visit) => number) => median(visits.map(pick))
    yield alone({ name: 'first paint', value: of((v) => v.paintMs), unit: 'ms', better: 'lower' }, GOALS.paintMs)
    yield alone({ name: 'first view, whole', value: of((v) => v.viewMs), unit: 'ms', better: 'lower' }, null)
    const scripts = of((v) => v.scriptBytes) / 1_000
    yield alone(
      { name: 'scripts of a first visit', value: scripts, unit: 'kB gzipped', better: 'lower' },
      GOALS.scriptKb,
    )

    const job = await beginJob(grid, note, signal)
    const { page } = await openApp(browser, grid.requestor.client)
    await page.goto(new URL(`/jobs/${job}`, visitor.url).href)
    await page.locator('[data-frame][data-shown="true"]').first().waitFor()
    // What the browser reaches here with a page that asks nothing of it.
    const plain = await (await browser.newContext({ viewport: page.viewportSize() })).newPage()
    await plain.setContent('<body style="margin:0;height:100000px;background:linear-gradient(red,blue)">')
    const rates = await inTurn(
      { job: () => scrollRate(page), plain: () => scrollRate(plain) },
      { rounds: SCROLLS, note },
    )
    yield {
      ...beside(
        { name: `a job of ${FRAMES} frames scrolls`, value: rates.job, unit: 'frames a second', better: 'higher' },
        { name: 'a page of one gradient', value: rates.plain },
        null,
      ),
      goal: GOALS.framesPerSecond,
    }
  } finally {
    await browser.close()
    await grid.stop()
  }
}

type Visitor = {
  browser: Browser
  state: Awaited<ReturnType<Awaited<ReturnType<typeof openApp>>['context']['storageState']>>
  url: string
}
type Visit = { paintMs: number; viewMs: number; scriptBytes: number }

async function addressOf({ requestor }: Grid): Promise<string> {
  return new URL('/', (await requestor.client.createLink()).url).href
}

/** With a browser that has kept nothing but its session. */
async function visitAnew({ browser, state, url }: Visitor): Promise<Visit> {
  const context = await browser.newContext({ storageState: state })
  try {
    const page = await context.newPage()
    const scripts: Promise<number>[] = []
    page.on('response', (response) => {
      if (/javascript/.test(response.headers()['content-type'] ?? ''))
        scripts.push(response.body().then((body) => gzipSync(body).length))
    })
    // Its one stream, which does not end, begins when all else that the view needs was asked for.
    const live = page.waitForResponse('**/v1/live*')
    const startedMs = performance.now()
    await page.goto(url)
    await page.getByRole('heading', { level: 1 }).waitFor()
    const viewMs = performance.now() - startedMs
    await Promise.all([live, page.waitForLoadState('load')])
    const paintMs = await page.evaluate<number>("performance.getEntriesByName('first-contentful-paint')[0].startTime")
    return { paintMs, viewMs, scriptBytes: (await Promise.all(scripts)).reduce((sum, bytes) => sum + bytes, 0) }
  } finally {
    await context.close()
  }
}

/** Orders it, and lets it pause once it has some pictures: what is measured is the page, and not Blender beside it. */
async function beginJob(
  { folder, requestor }: Grid,
  note: (line: string) => void,
  signal: AbortSignal,
): Promise<string> {
  const out = await mkdtemp(join(folder, 'out-'))
  const tiny = ['--frames', `1-${FRAMES}`, '--resolution', '64x36', '--samples', '1', '--format', 'png']
  requestor.begin(['render', FILE, ...tiny, '--out', out, '--yes', '--budget', '100'], { signal }).done.catch(() => {})
  const { client } = requestor
  const job = await until('a job', async () => (await client.jobs())[0]?.id ?? null, PATIENCE_MS)
  const done = async () => (await client.job(job)).outputs.length
  await until('pictures', async () => ((await done()) >= PICTURES ? true : null), PATIENCE_MS)
  await client.pauseJob(job)
  const still = async () => (await client.job(job)).providers.every(({ state }) => state !== 'working')
  await until('nothing computes', async () => ((await still()) ? true : null), PATIENCE_MS)
  note(`${await done()} of ${FRAMES} frames have a picture`)
  return job
}
