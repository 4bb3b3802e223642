import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { stripTypeScriptTypes } from 'node:module'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join, normalize } from 'node:path'
import { asCid } from '@golem/protocol'
import { describe, expect, it } from 'vitest'
import { createOciSandbox } from '../../src/oci/create-oci-sandbox.ts'
import { createWasmSandbox } from '../../src/wasm-host/create-wasm-sandbox.ts'
import { LIMITS } from '../place.ts'

const PACKAGE = join(import.meta.dirname, '../..')
const PROBE = join(import.meta.dirname, 'modules/probe.wasm')
const CHROMIUM = 'chromium'

/** Work in which whatever could differ between hosts shows itself. */
const REQUESTS = [
  { args: ['transcript'] },
  { args: ['random'], stdin: 'other' },
  { args: ['environment', 'ü'], env: { A: '☃' } },
  { args: ['list', '/'] },
  { args: ['cat', '/in/words.txt'] },
  { args: ['grow'] },
  { args: ['fill', '/out/full', '99999999'] },
  { args: ['trap'] },
  { args: ['bytes'] },
].map((params, id) => JSON.stringify({ id, method: 'run', params: { ...params, outDir: '/out' } }))

const OPTIONS = {
  interface: 'command',
  module: '/module/main.wasm',
  args: [],
  env: {},
  limits: { memoryBytes: 32 * 1024 ** 2, outputBytes: 100_000, outputFiles: 10 },
} as const

/** Engines word it in their own way why a program was ended; everything else is the same to the last bit. */
const hashOf = (answers: readonly string[]): string =>
  createHash('sha256')
    .update(answers.map((line) => line.replace(/("code":"WASM_TRAPPED","message":)"[^"]*"/, '$1""')).join('\n'))
    .digest('hex')

const PAGE = `<!doctype html><script type="module">
const worker = new Worker('/src/wasm/browser-worker.ts', { type: 'module' })
const requests = ${JSON.stringify(REQUESTS)}
const answers = []
const tell = (result) => fetch('/result', { method: 'POST', body: JSON.stringify(result) })
worker.onerror = (event) => tell({ error: String(event.message) })
worker.onmessage = ({ data }) => {
  if (!('answer' in data)) return
  answers.push(data.answer)
  if (answers.length === requests.length + 1) tell({ answers: answers.slice(1) })
}
const module = new Uint8Array(await (await fetch('/test/wasm/modules/probe.wasm')).arrayBuffer())
const words = new TextEncoder().encode('words for everybody')
worker.postMessage({ start: ${JSON.stringify(OPTIONS)}, files: { module: { 'main.wasm': module }, in: { 'words.txt': words } } })
for (const request of requests) worker.postMessage({ request })
</script>`

/** What a page says when it has run everything: a page of this package's own sources, types taken out. */
async function inChromium(): Promise<string[]> {
  const result = Promise.withResolvers<{ answers?: string[]; error?: string }>()
  const server = createServer((request, response) => {
    const path = normalize(decodeURIComponent(request.url ?? '/'))
    if (request.method === 'POST') {
      let text = ''
      request.on('data', (piece: Buffer) => {
        text += piece.toString('utf8')
      })
      request.on('end', () => {
        result.resolve(JSON.parse(text))
        response.end()
      })
      return
    }
    if (path === '/') {
      response.setHeader('content-type', 'text/html; charset=utf-8')
      response.end(PAGE)
      return
    }
    readFile(join(PACKAGE, path)).then(
      (bytes) => {
        const isSource = path.endsWith('.ts')
        response.setHeader('content-type', isSource ? 'text/javascript' : 'application/wasm')
        response.end(isSource ? stripTypeScriptTypes(bytes.toString('utf8')) : bytes)
      },
      () => response.writeHead(404).end(),
    )
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const profile = await mkdtemp(join(tmpdir(), 'golem-chromium-'))
  const { port } = server.address() as AddressInfo
  const browser = spawn(
    CHROMIUM,
    [
      '--headless=new',
      '--no-sandbox',
      '--disable-gpu',
      '--disable-dev-shm-usage',
      '--no-first-run',
      `--user-data-dir=${profile}`,
      `http://127.0.0.1:${port}/`,
    ],
    // Its helpers are in its group, and end with it.
    { detached: true, stdio: ['ignore', 'ignore', 'pipe'] },
  )
  let printed = ''
  browser.stderr.on('data', (piece: Buffer) => {
    printed = `${printed}${piece.toString('utf8')}`.slice(-4_000)
  })
  const ended = new Promise<never>((_, reject) => {
    browser.once('error', reject)
    browser.once('exit', (code) => reject(new Error(`Chromium ended with code ${code}: ${printed}`)))
  })
  try {
    const { answers, error } = await Promise.race([result.promise, ended])
    if (answers === undefined) throw new Error(error)
    return answers
  } finally {
    ended.catch(() => undefined)
    if (browser.pid !== undefined && browser.exitCode === null) {
      const gone = once(browser, 'exit')
      process.kill(-browser.pid, 'SIGKILL')
      await gone
    }
    server.close()
    server.closeAllConnections()
    await rm(profile, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 })
  }
}

async function inNode(): Promise<string[]> {
  const folder = await mkdtemp(join(tmpdir(), 'golem-wasm-'))
  const oci = await createOciSandbox({}, { stateDir: join(folder, 'oci'), runtime: 'auto' })
  const storage = { readFile: () => readFile(PROBE) }
  const sandbox = createWasmSandbox({ sandbox: oci, storage }, { stateDir: join(folder, 'wasm') })
  try {
    const source = join(folder, 'in')
    const out = join(folder, 'out')
    for (const each of [source, out]) await mkdir(each)
    await writeFile(join(source, 'words.txt'), 'words for everybody')
    const program = await sandbox.start({
      name: 'same-everywhere',
      runtime: { kind: 'wasm', module: asCid(`bafkrei${'a'.repeat(52)}`), interface: 'command' },
      argv: [],
      env: {},
      mounts: [
        { source, target: '/in', writable: false },
        { source: out, target: '/out', writable: true },
      ],
      outbound: [],
      limits: { ...LIMITS, ...OPTIONS.limits },
    })
    for (const request of REQUESTS) await program.send(request)
    const answers: string[] = []
    for await (const line of program.lines) {
      answers.push(line)
      if (answers.length === REQUESTS.length + 1) return answers.slice(1)
    }
    throw new Error(`The program ended: ${JSON.stringify(await program.exited)}`)
  } finally {
    await sandbox.stop()
    await rm(folder, { recursive: true })
  }
}

describe('a module', () => {
  it('computes the same bits in Node and in a browser', { timeout: 180_000 }, async () => {
    const [node, chromium] = await Promise.all([inNode(), inChromium()])
    expect(chromium.map((line) => JSON.parse(line))).toHaveLength(REQUESTS.length)
    expect(node[0]).toContain('nan 7ff8000000000000')
    expect(hashOf(chromium)).toBe(hashOf(node))
  })
})
