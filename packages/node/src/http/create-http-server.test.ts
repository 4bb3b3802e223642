import { request as httpRequest } from 'node:http'
import { createClient } from '@golem/api/client'
import { exampleJob, exampleLending } from '@golem/api/examples'
import { GolemError } from '@golem/protocol'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createHttpServer, type HttpServer } from './create-http-server.ts'
import { createMemoryDaemon, type MemoryDaemon, memorySessions } from './memory-daemon.ts'

const TOKEN = 'correct-token'
const newJob = {
  app: 'blender',
  parameters: { file: '/tmp/a.blend' },
  outDir: '/tmp/out',
  budgetWei: null,
  deadlineMs: 60_000,
  confirm: true,
}

let daemon: MemoryDaemon
let server: HttpServer
let logged: { data: object; text: string }[]
beforeEach(async () => {
  daemon = createMemoryDaemon()
  logged = []
  const logger = { error: (data: object, text: string) => void logged.push({ data, text }) }
  server = await createHttpServer(
    { daemon, token: TOKEN, sessions: memorySessions(), logger },
    { port: 0, version: '1.2.3' },
  )
})
afterEach(() => server.stop())

const client = () => createClient({ url: server.url, token: TOKEN }, { patienceMs: 0 })
/** Below fetch, which does not let a caller choose Host or Origin. */
const raw = (path: string, { method = 'GET', headers = {}, body = '' } = {}) =>
  new Promise<{ status: number; body: string }>((resolve, reject) => {
    const all = { authorization: `Bearer ${TOKEN}`, ...headers }
    const call = httpRequest(new URL(path, server.url), { method, headers: all }, async (response) => {
      response.setEncoding('utf8')
      resolve({ status: response.statusCode ?? 0, body: (await Array.fromAsync(response)).join('') })
    })
    call.on('error', reject).end(body)
  })
const codeOf = (body: string) => (JSON.parse(body) as { error: { code: string } }).error.code
const port = () => new URL(server.url).port

describe('who may ask', () => {
  it('answers its owner under each name of loopback', async () => {
    for (const name of ['127.0.0.1', 'localhost', '[::1]']) {
      expect(await raw('/v1/status', { headers: { host: `${name}:${port()}` } })).toMatchObject({ status: 200 })
    }
  })

  it.each(['', 'Bearer wrong', 'Bearer correct-token2', 'Basic correct-token', 'correct-token'])(
    'refuses the authorization %j',
    async (authorization) => {
      const answer = await raw('/v1/status', { headers: { authorization } })
      expect([answer.status, codeOf(answer.body)]).toEqual([401, 'TOKEN_INVALID'])
    },
  )

  it.each(['evil.example', '127.0.0.1', '127.0.0.1:1', 'localhost.evil.example'])(
    'refuses the Host %s',
    async (host) => {
      const answer = await raw('/v1/status', { headers: { host } })
      expect([answer.status, codeOf(answer.body)]).toEqual([403, 'ADDRESS_REFUSED'])
    },
  )

  it.each(['http://evil.example', 'null', 'https://127.0.0.1'])('refuses the Origin %s', async (origin) => {
    const answer = await raw('/v1/status', { headers: { origin } })
    expect([answer.status, codeOf(answer.body)]).toEqual([403, 'ADDRESS_REFUSED'])
  })

  it('lets pages of its own in', async () => {
    expect(await raw('/v1/status', { headers: { origin: server.url } })).toMatchObject({ status: 200 })
  })
})

describe('what is asked', () => {
  it('takes a job and gives it back', async () => {
    const { id } = await client().createJob(newJob)
    expect(daemon.posted).toEqual([newJob])
    expect((await client().job(id)).outDir).toBe('/tmp/out')
    expect((await client().jobs()).map((job) => job.id)).toEqual([id])
  })

  it('says in one sentence what is wrong with a request', async () => {
    const bad = client().createJob({ ...newJob, budgetWei: '2.5' })
    await expect(bad).rejects.toMatchObject({
      code: 'INPUT_INVALID',
      message: '"budgetWei" is not understood: an amount is a decimal number of base units.',
      data: { status: 400 },
    })
  })

  it('refuses a body that is no JSON, or does not say that it is', async () => {
    const headers = { 'content-type': 'application/json' }
    const broken = await raw('/v1/jobs', { method: 'POST', headers, body: '{' })
    expect([broken.status, codeOf(broken.body)]).toEqual([400, 'INPUT_INVALID'])
    const plain = await raw('/v1/jobs', { method: 'POST', body: JSON.stringify(newJob) })
    expect([plain.status, codeOf(plain.body)]).toEqual([415, 'INPUT_INVALID'])
    expect(daemon.posted).toEqual([])
  })

  it('reads no body past its limit', async () => {
    const headers = { 'content-type': 'application/json' }
    const answer = await raw('/v1/jobs', { method: 'POST', headers, body: ' '.repeat(1024 * 1024 + 1) })
    expect([answer.status, codeOf(answer.body)]).toEqual([413, 'BODY_TOO_LARGE'])
  })

  it('reads backups that are larger than other bodies, and ends there, too', async () => {
    const headers = { 'content-type': 'application/json' }
    const backup = JSON.stringify({ backup: ' '.repeat(3 * 1024 ** 2), password: null })
    const path = '/v1/wallet/import/examine'
    expect(await raw(path, { method: 'POST', headers, body: backup })).toMatchObject({ status: 200 })
    const length = { ...headers, 'content-length': String(33 * 1024 ** 2) }
    const answer = await raw(path, { method: 'POST', headers: length })
    expect([answer.status, codeOf(answer.body)]).toEqual([413, 'BODY_TOO_LARGE'])
  })

  it('reads no body that does not say how long it is, and asks for none where none is needed', async () => {
    const headers = { 'content-type': 'application/json', 'transfer-encoding': 'chunked' }
    const answer = await raw('/v1/jobs', { method: 'POST', headers, body: JSON.stringify(newJob) })
    expect([answer.status, codeOf(answer.body)]).toEqual([411, 'LENGTH_MISSING'])
    const { id } = await client().createJob(newJob)
    expect(await raw(`/v1/jobs/${id}/cancel`, { method: 'POST' })).toMatchObject({ status: 200 })
  })

  it.each([
    ['a folder that is not absolute', { outDir: 'frames' }],
    ['a folder that no disk has', { outDir: '/tmp/\0' }],
    ['a budget that nobody has', { budgetWei: '9'.repeat(39) }],
    ['a deadline after the end of the lock', { deadlineMs: 400 * 86_400_000 }],
    ['a wait without end', { offerTimeoutMs: Number.MAX_SAFE_INTEGER }],
    ['parameters that are none', { parameters: [1] as never }],
    ['parameters without a bottom', { parameters: { file: JSON.parse('['.repeat(3_000) + ']'.repeat(3_000)) } }],
  ])('refuses %s', async (_what, change) => {
    await expect(client().createJob({ ...newJob, ...change })).rejects.toMatchObject({ code: 'INPUT_INVALID' })
    expect([daemon.posted, logged]).toEqual([[], []])
  })

  it('moves no amount of nothing', async () => {
    const nothing = client().quote({ act: 'deposit', amountWei: '0' })
    await expect(nothing).rejects.toMatchObject({ code: 'INPUT_INVALID' })
  })

  it.each([
    [{ act: 'steal' }],
    [{ act: 'send', coin: 'glm', amountWei: '1', to: '0x12' }],
    [{ act: 'certify', application: 'blender', reason: 'because' }],
    [{ act: 'list', kind: 'provider', subject: 'x', evidence: 'bafkreievidencebafkreievidence', days: 181 }],
  ])('does nothing of %j', async (act) => {
    await expect(client().act(act as never)).rejects.toMatchObject({ code: 'INPUT_INVALID' })
    expect(daemon.acted).toEqual([])
  })

  it.each(['a%2Fb', '..%2F..%2Fkey', '%00', '%zz', 'x'.repeat(200)])('knows no job %s', async (id) => {
    const { status } = await raw(`/v1/jobs/${id}`)
    expect([400, 404]).toContain(status)
    expect((await raw(`/v1/jobs/${id}/events`)).status).toBe(status)
  })

  it('tells an unknown job from an act that its state forbids', async () => {
    await expect(client().cancelJob('nope')).rejects.toMatchObject({ code: 'JOB_UNKNOWN', data: { status: 404 } })
    const { id } = await client().createJob(newJob)
    const start = client().startJob(id, { budgetWei: null })
    await expect(start).rejects.toMatchObject({ code: 'JOB_STATE', data: { status: 409 } })
  })

  it('starts with the budget that was accepted', async () => {
    const { id } = await client().createJob(newJob)
    daemon.change(id, { state: 'confirming' })
    expect(await client().startJob(id, { budgetWei: '5' })).toMatchObject({ state: 'negotiating', budgetWei: '5' })
  })

  it('gives a picture of a group, and tells an unknown one', async () => {
    const { id } = await client().createJob(newJob)
    daemon.change(id, { list: exampleJob.list })
    const group = exampleJob.list[0]?.group ?? ''
    expect(Buffer.from(await client().preview(id, group)).toString('latin1')).toMatch(/^.PNG/)
    const unknown = client().preview(id, 'no & group')
    await expect(unknown).rejects.toMatchObject({
      code: 'GROUP_UNKNOWN',
      message: expect.stringContaining('"no & group"'),
      data: { status: 404 },
    })
    await expect(client().preview('nope', group)).rejects.toMatchObject({ code: 'JOB_UNKNOWN' })
    expect((await raw(`/v1/jobs/${id}/preview`)).status).toBe(400)
  })

  it('answers for wallet, offers, doctor and shutdown', async () => {
    expect((await client().wallet()).chainId).toBe(31_337)
    expect((await client().history(1)).entries).toMatchObject([{ what: 'lock', why: 'job 7f3a9c21' }])
    expect((await client().quote({ act: 'deposit', amountWei: '5' })).transactions).toBe(1)
    expect(daemon.acted).toEqual([])
    expect((await client().act({ act: 'deposit', amountWei: '5' })).receipt?.gasUsed).toBe('51234')
    const tooMuch = { act: 'withdraw', amountWei: '9'.repeat(30) } as const
    await expect(client().act(tooMuch)).rejects.toMatchObject({ code: 'FUNDS_MISSING' })
    expect(daemon.acted).toEqual([{ act: 'deposit', amountWei: '5' }])
    expect((await client().registry({ limit: 5 })).applications).toHaveLength(1)
    await expect(client().registry({ application: 'other' })).rejects.toMatchObject({ code: 'APP_UNPUBLISHED' })
    expect((await client().changeFollowing({ mode: 'warn' })).mode).toBe('warn')
    const owner = `0x${'0b'.repeat(20)}`
    expect(await client().list(owner)).toMatchObject({ owner, entries: [{ kind: 'provider' }] })
    await expect(client().list('somebody')).rejects.toMatchObject({ code: 'INPUT_INVALID' })
    expect((await client().crowdfund()).state).toBe('funding')
    expect(await client().offers()).toHaveLength(1)
    expect((await client().doctor()).checks).toHaveLength(2)
    expect((await client().doctor('blender')).checks).toMatchObject([{ name: 'blender', ok: false }])
    expect(await client().images()).toHaveLength(1)
    expect((await client().addImage({ name: 'tools', layout: '/layout' })).name).toBe('tools')
    await client().removeImage('blender-3.4')
    await expect(client().removeImage('none')).rejects.toMatchObject({ code: 'IMAGE_UNKNOWN' })
    expect((await client().policy()).text).toContain('run')
    expect((await client().setPolicy({ run: 'listed' })).path).toContain('policy.toml')
    await expect(client().setPolicy({ speed: '1' })).rejects.toMatchObject({ code: 'POLICY_INVALID' })
    await client().shutdown()
    expect(daemon.shutdowns).toBe(1)
  })

  it('changes the private grid, as far as that can be, and reads no other change', async () => {
    await client().changeGrid({ act: 'leave', end: true })
    await expect(client().changeGrid({ act: 'create', name: 'other' })).rejects.toMatchObject({ code: 'GRID_JOINED' })
    const headers = { 'content-type': 'application/json' }
    const answer = await raw('/v1/grid', { method: 'POST', headers, body: '{"act":"destroy"}' })
    expect([answer.status, codeOf(answer.body)]).toEqual([400, 'INPUT_INVALID'])
  })

  it('tells nobody what a defect says, and logs it', async () => {
    daemon.status = () => Promise.reject(new Error('the key is 0xdead'))
    const answer = await raw('/v1/status')
    expect([answer.status, codeOf(answer.body)]).toEqual([500, 'DEFECT'])
    expect(answer.body).not.toContain('0xdead')
    expect(logged).toMatchObject([{ data: { err: new Error('the key is 0xdead'), path: '/v1/status' } }])
  })

  it('knows no other routes', async () => {
    expect(await raw('/v2/status')).toMatchObject({ status: 404 })
  })

  it('describes itself', async () => {
    const document = JSON.parse((await raw('/openapi.json')).body)
    expect(document.info.version).toBe('1.2.3')
    expect(Object.keys(document.paths).length).toBeGreaterThan(20)
    expect(document.components.schemas).toHaveProperty('JobEvent')
    expect(document.paths['/v1/jobs'].post.requestBody.required).toBe(true)
  })
})

describe('a job that is watched', () => {
  const started = async () => (await client().createJob(newJob)).id
  const signal = AbortSignal.timeout(20_000)

  it('gives the view now, each change, and ends with the job', async () => {
    const id = await started()
    const seen: string[] = []
    for await (const { job } of client().watchJob(id, { signal })) {
      seen.push(job.state)
      if (job.state === 'examining') daemon.change(id, { state: 'running', groups: exampleJob.groups })
      if (job.state === 'running') daemon.change(id, { state: 'done' })
    }
    expect(seen).toEqual(['examining', 'running', 'done'])
  })

  it('sends a view once, to those who say what they have seen', async () => {
    const id = await started()
    daemon.change(id, { state: 'done' })
    const events = (lastId: string) => raw(`/v1/jobs/${id}/events`, { headers: { 'last-event-id': lastId } })
    expect((await events('1')).body).toContain('id: 2')
    expect((await events('2')).body).toBe('')
  })

  it('goes on over a daemon that is restarted with another port and token', async () => {
    const id = await started()
    let endpoint = { url: server.url, token: TOKEN }
    const seen: string[] = []
    for await (const { job } of createClient(async () => endpoint).watchJob(id, { signal })) {
      seen.push(job.state)
      if (job.state !== 'examining') continue
      await server.stop()
      const logger = { error: () => {} }
      server = await createHttpServer(
        { daemon, token: 'other', sessions: memorySessions(), logger },
        { port: 0, version: '1' },
      )
      endpoint = { url: server.url, token: 'other' }
      daemon.change(id, { state: 'done' })
    }
    expect(seen).toEqual(['examining', 'done'])
  })

  it('is left alone when its watcher goes', async () => {
    const id = await started()
    const leave = new AbortController()
    const watching = Array.fromAsync(client().watchJob(id, { signal: leave.signal }))
    await expect.poll(() => daemon.watchers, { interval: 5, timeout: 20_000 }).toBe(1)
    leave.abort(new Error('left'))
    await expect(watching).rejects.toThrow('left')
    await expect.poll(() => daemon.watchers, { interval: 5, timeout: 20_000 }).toBe(0)
  })

  it('is unknown where it is unknown', async () => {
    const watching = Array.fromAsync(client().watchJob('nope', { signal }))
    await expect(watching).rejects.toMatchObject({ code: 'JOB_UNKNOWN' })
  })
})

describe('views that are watched', () => {
  const signal = AbortSignal.timeout(20_000)

  it('come once, and again when they have changed', async () => {
    const seen: string[] = []
    for await (const event of client().watchViews(['status', 'jobs', 'machine'], { signal })) {
      seen.push(event.of)
      if (event.of === 'jobs' && event.view?.length === 0) await client().createJob(newJob)
      if (event.of === 'jobs' && event.view?.length === 1) break
    }
    expect(seen.toSorted()).toEqual(expect.arrayContaining(['jobs', 'jobs', 'machine', 'status']))
    expect(seen.filter((name) => name === 'machine')).toHaveLength(1)
  })

  it('go on where a stream broke off, at a daemon that was restarted too', async () => {
    let endpoint = { url: server.url, token: TOKEN }
    const seen: string[] = []
    for await (const { of } of createClient(async () => endpoint).watchViews(['machine', 'lending'], { signal })) {
      seen.push(of)
      if (seen.length === 3) break
      if (seen.length === 1) continue
      await server.stop()
      daemon.lending = async () => ({ ...exampleLending, settings: { ...exampleLending.settings, cores: 99 } })
      const logger = { error: () => {} }
      server = await createHttpServer(
        { daemon, token: 'other', sessions: memorySessions(), logger },
        { port: 0, version: '1' },
      )
      endpoint = { url: server.url, token: 'other' }
    }
    expect(seen.slice(0, 2).toSorted()).toEqual(['lending', 'machine'])
    expect(seen[2]).toBe('lending')
  })

  it('are null while they cannot be read', async () => {
    daemon.wallet = () => Promise.reject(new GolemError({ code: 'CHAIN_UNREACHABLE', message: 'It is away.' }))
    for await (const event of client().watchViews(['wallet'], { signal })) {
      expect(event.view).toBeNull()
      break
    }
  })

  it('are of known names', async () => {
    const watching = Array.fromAsync(client().watchViews(['nope' as never], { signal }))
    await expect(watching).rejects.toMatchObject({ code: 'INPUT_INVALID' })
  })
})

it('tells a client that nobody answers', async () => {
  const late = client()
  await server.stop()
  await expect(late.status()).rejects.toMatchObject({ code: 'API_UNREACHABLE' })
  await expect(createClient(async () => null).status()).rejects.toBeInstanceOf(GolemError)
})

it('says that a port is taken', async () => {
  const again = createHttpServer(
    { daemon, token: TOKEN, sessions: memorySessions(), logger: { error: () => {} } },
    { port: Number(port()), version: '1' },
  )
  await expect(again).rejects.toMatchObject({ code: 'PORT_TAKEN' })
})

it('stops at once, watched or not, and may be stopped twice', async () => {
  const { id } = await client().createJob(newJob)
  const watching = Array.fromAsync(client().watchJob(id, { signal: AbortSignal.timeout(20_000) }))
  watching.catch(() => {})
  await expect.poll(() => daemon.watchers, { interval: 5, timeout: 20_000 }).toBe(1)
  const beganMs = performance.now()
  await Promise.all([server.stop(), server.stop()])
  expect(performance.now() - beganMs).toBeLessThan(1_500)
  await expect(watching).rejects.toMatchObject({ code: 'API_UNREACHABLE' })
})
