import type { Client } from '@golem/api/client'
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core'

export type { Browser, Page }

/** As Debian's package installs it; `GOLEM_CHROMIUM` names another. */
const CHROMIUM = process.env.GOLEM_CHROMIUM ?? '/usr/bin/chromium'

export type OpenOptions = {
  /** Of the browser. Default: en. */
  language?: 'en' | 'ko'
  theme?: 'light' | 'dark'
  width?: number
  height?: number
}

export const openBrowser = (): Promise<Browser> =>
  chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox', '--disable-dev-shm-usage'] })

/** The Golem App of a node, let in by a link as a person is. */
export async function openApp(
  browser: Browser,
  client: Client,
  { language = 'en', theme = 'light', width = 1_440, height = 900 }: OpenOptions = {},
): Promise<{ context: BrowserContext; page: Page }> {
  const context = await browser.newContext({
    locale: language === 'ko' ? 'ko-KR' : 'en-US',
    colorScheme: theme,
    viewport: { width, height },
    reducedMotion: 'reduce',
    acceptDownloads: true,
  })
  const page = await context.newPage()
  const { url } = await client.createLink()
  await page.goto(url)
  await page.locator('main').waitFor()
  return { context, page }
}
