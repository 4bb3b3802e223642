import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { request as httpRequest, type IncomingHttpHeaders, type IncomingMessage } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createClient } from '@golem/api/client'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { readPages } from '../app/read-pages.ts'
import { createHttpServer, type HttpServer } from './create-http-server.ts'
import { createMemoryDaemon, type MemoryDaemon, memorySessions } from './memory-daemon.ts'

const TOKEN = 'correct-token'
let folder: string
let daemon: MemoryDaemon
let server: HttpServer
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'golem-pages-'))
  await mkdir(join(folder, 'assets'))
  await writeFile(join(folder, 'index.html'), '<!doctype html><title>Golem</title>')
  await writeFile(join(folder, 'assets', 'main-1a2b.js'), 'export {}')
  await writeFile(join(folder, 'notes.secret'), 'nothing for a browser')
  daemon = createMemoryDaemon()
  const components = { daemon, token: TOKEN, sessions: memorySessions(), logger: { error: () => {} } }
  server = await createHttpServer(components, { port: 0, version: '1', pages: await readPages(folder) })
})
afterEach(async () => {
  await server.stop()
  await rm(folder, { recursive: true, force: true })
})

type Answer = { status: number; headers: IncomingHttpHeaders; body: string }
/** A browser's request, down to what fetch does not let a caller choose. */
const ask = (path: string, { method = 'GET', headers = {}, body = '' } = {}) =>
  new Promise<Answer>((resolve, reject) => {
    const call = httpRequest(new URL(path, server.url), { method, headers }, async (response) => {
      response.setEncoding('utf8')
      const text = (await Array.fromAsync(response)).join('')
      resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text })
    })
    call.on('error', reject).end(body)
  })
const link = async () => (await createClient({ url: server.url, token: TOKEN }).createLink()).url
/** Follows a link. @returns the cookie as a browser sends it back */
const comeIn = async () => String((await ask(await link())).headers['set-cookie']?.[0]).split(';')[0] ?? ''
const OWN = { 'sec-fetch-site': 'same-origin' }

describe('a browser', () => {
  it('is let in by a link once, with a cookie that no script reads and no other site sends', async () => {
    const url = await link()
    const first = await ask(url)
    expect([first.status, first.headers.location, first.headers['cache-control']]).toEqual([303, '/', 'no-store'])
    expect(first.headers['set-cookie']?.[0]).toMatch(/^golem-\d+=[0-9a-f]{64}; .*HttpOnly; SameSite=Strict$/)
    const again = await ask(url)
    expect([again.headers.location, again.headers['set-cookie']]).toEqual(['/?link=used', undefined])
    const cookie = String(first.headers['set-cookie']?.[0]).split(';')[0] ?? ''
    expect(await ask('/v1/status', { headers: { ...OWN, cookie } })).toMatchObject({ status: 200 })
    expect((await ask(url, { headers: { cookie } })).headers.location).toBe('/')
  })

  it('without a session sees the app and nothing of the daemon', async () => {
    expect(await ask('/')).toMatchObject({ status: 200 })
    expect(await ask('/v1/status', { headers: OWN })).toMatchObject({ status: 401 })
    const cookie = `golem-${new URL(server.url).port}=${'0'.repeat(64)}`
    expect(await ask('/v1/status', { headers: { ...OWN, cookie } })).toMatchObject({ status: 401 })
  })

  it.each([
    ['a page of another site', { 'sec-fetch-site': 'cross-site' }, 'GET', 401],
    ['a page of another port of this machine', { 'sec-fetch-site': 'same-site' }, 'GET', 401],
    ['a form of an old browser that says nothing', {}, 'POST', 401],
    ['a script of another origin', { origin: 'http://127.0.0.1:1' }, 'POST', 403],
  ])('does not lend its session to %s', async (_, headers, method, status) => {
    const cookie = await comeIn()
    const path = method === 'GET' ? '/v1/status' : '/v1/shutdown'
    expect(await ask(path, { method, headers: { ...headers, cookie } })).toMatchObject({ status })
    expect(daemon.shutdowns).toBe(0)
  })

  it('is sent away by its owner', async () => {
    const cookie = await comeIn()
    const headers = { ...OWN, cookie }
    const watched = await new Promise<IncomingMessage>((resolve, reject) => {
      httpRequest(new URL('/v1/live?of=status', server.url), { headers }, resolve).on('error', reject).end()
    })
    expect(watched.statusCode).toBe(200)
    expect(await ask('/v1/sign-out', { method: 'POST', headers })).toMatchObject({ status: 200 })
    expect(await ask('/v1/status', { headers })).toMatchObject({ status: 401 })
    // What it watches ends, too.
    await Array.fromAsync(watched)
  })
})

describe('the app', () => {
  it('runs no script but its own, in nobody’s frame', async () => {
    const { headers } = await ask('/')
    const policy = String(headers['content-security-policy'])
    expect(policy).toContain("script-src 'self';")
    expect(policy).toContain("frame-ancestors 'none'")
    expect(policy).not.toMatch(/script-src[^;]*unsafe/)
    expect(headers['x-content-type-options']).toBe('nosniff')
  })

  it('is at every path that names no file, and its files are there, each as it is', async () => {
    for (const path of ['/', '/jobs/7f3a', '/lending']) expect((await ask(path)).body).toContain('<title>Golem')
    const file = await ask('/assets/main-1a2b.js')
    expect([file.headers['content-type'], file.headers['cache-control']]).toEqual([
      'text/javascript; charset=utf-8',
      'public, max-age=31536000, immutable',
    ])
    const fresh = await ask('/', { headers: { 'if-none-match': String((await ask('/')).headers.etag) } })
    expect([fresh.status, fresh.body]).toEqual([304, ''])
  })

  it.each(['/notes.secret', '/../package.json', '/assets/%2e%2e/%2e%2e/package.json', '/nothing.js'])(
    'gives nothing for %s',
    async (path) => {
      expect((await ask(path)).body).not.toMatch(/nothing for a browser|"name"/)
    },
  )

  it('refuses another name of this machine', async () => {
    expect(await ask('/', { headers: { host: 'evil.example' } })).toMatchObject({ status: 403 })
  })
})

describe('files', () => {
  it('of a page are taken as they come, whatever their kind', async () => {
    const cookie = await comeIn()
    const body = 'B'.repeat(2 * 1024 * 1024)
    const headers = { ...OWN, cookie, 'content-length': body.length }
    const answer = await ask('/v1/uploads/upload-1/files?path=scene.blend', { method: 'PUT', headers, body })
    expect([answer.status, JSON.parse(answer.body)]).toEqual([
      200,
      { path: '/uploads/scene.blend', sizeBytes: body.length },
    ])
    expect(daemon.uploaded.get('scene.blend')?.length).toBe(body.length)
  })

  it('of a job are shown as pictures or kept, and never as a page', async () => {
    const { id } = await createClient({ url: server.url, token: TOKEN }).createJob({
      app: 'blender',
      parameters: {},
      outDir: '/tmp/out',
      budgetWei: null,
      deadlineMs: 60_000,
      confirm: true,
    })
    daemon.change(id, { outputs: ['0001.png'] })
    const headers = { ...OWN, cookie: await comeIn() }
    const picture = await ask(`/v1/jobs/${id}/output?name=0001.png`, { headers })
    expect(picture).toMatchObject({ status: 200, headers: { 'content-type': 'image/png' } })
    expect(picture.headers['content-security-policy']).toContain('sandbox')
    const all = await ask(`/v1/jobs/${id}/archive`, { headers })
    expect(all.headers['content-disposition']).toBe(`attachment; filename*=UTF-8''${id}.zip`)
    expect(await ask(`/v1/jobs/${id}/output?name=..%2Fkey`, { headers })).toMatchObject({ status: 404 })
  })
})
