import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { rolldown } from 'rolldown'

const CHROMIUM = 'chromium'
const PAGE = '<!doctype html><meta charset="utf-8"><script type="module" src="/page.js"></script>'

/** A page in a browser without a screen, which tells what it found. */
export type Page = {
  /** What the page said under a name; an error is what it says instead. */
  told(name: string): Promise<unknown>
  close(): Promise<void>
}

/** The program of a page, as one file. */
export async function bundlePage(program: string): Promise<string> {
  const bundle = await rolldown({ input: program, platform: 'browser', logLevel: 'silent' })
  try {
    const { output } = await bundle.generate({ format: 'esm', codeSplitting: false })
    return output[0].code
  } finally {
    await bundle.close()
  }
}

/**
 * Opens a page that runs a program. The program reads `/settings`, and posts what it has to say to `/told/NAME`, or to
 * `/failed` what went wrong.
 */
export async function openPage(program: string, settings: unknown): Promise<Page> {
  const said = new Map<string, PromiseWithResolvers<unknown>>()
  const failed = Promise.withResolvers<never>()
  failed.promise.catch(() => {})
  const saying = (name: string) => {
    const known = said.get(name) ?? Promise.withResolvers<unknown>()
    said.set(name, known)
    return known
  }
  const server = createServer(async (request, response) => {
    const path = request.url ?? '/'
    if (request.method === 'POST') {
      const message: unknown = JSON.parse(await text(request))
      if (path === '/failed') failed.reject(new Error(`In the page: ${String(message)}`))
      else saying(path.slice('/told/'.length)).resolve(message)
      response.end()
    } else if (path === '/settings') response.end(JSON.stringify(settings))
    else if (path === '/page.js') response.setHeader('content-type', 'text/javascript').end(program)
    else if (path === '/') response.setHeader('content-type', 'text/html').end(PAGE)
    else response.writeHead(404).end()
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const profile = await mkdtemp(join(tmpdir(), 'golem-page-'))
  const { port } = server.address() as AddressInfo
  const browser = spawn(
    CHROMIUM,
    [
      ...['--headless=new', '--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--no-first-run'],
      ...[`--user-data-dir=${profile}`, `http://127.0.0.1:${port}/`],
    ],
    // its helpers are in its group, and end with it
    { detached: true, stdio: ['ignore', 'ignore', 'pipe'] },
  )
  let printed = ''
  browser.stderr.on('data', (piece: Buffer) => {
    printed = `${printed}${piece.toString('utf8')}`.slice(-4_000)
  })
  browser.once('error', failed.reject)
  browser.once('exit', (code) => failed.reject(new Error(`Chromium ended with code ${code}: ${printed}`)))
  return {
    told: (name) => Promise.race([saying(name).promise, failed.promise]),
    async close() {
      if (browser.pid !== undefined && browser.exitCode === null && browser.signalCode === null) {
        const gone = once(browser, 'exit')
        process.kill(-browser.pid, 'SIGKILL')
        await gone
      }
      server.close()
      server.closeAllConnections()
      await rm(profile, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 })
    },
  }
}
