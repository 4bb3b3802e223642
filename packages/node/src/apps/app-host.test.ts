import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Program, Sandbox } from '@golem/ports'
import { createOciSandbox } from '@golem/sandbox'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type AppHost, startAppHost } from './app-host.ts'

const program: Program = {
  speed: 3,
  call: async (method, params) => ({ method, params }),
  make: async (method, params) => ({ result: { method, params }, files: ['/out/1/made'] }),
}
const never = new AbortController().signal

describe('startAppHost', () => {
  let folder: string
  let sandbox: Sandbox
  let host: AppHost
  const logged: object[] = []
  const logger = { error: (data: object) => void logged.push(data) }

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'golem-app-host-'))
    sandbox = await createOciSandbox({}, { stateDir: folder, runtime: 'auto' })
    host = await startAppHost({ sandbox, logger }, join(import.meta.dirname, 'fixture/app.ts'))
  })
  afterAll(async () => {
    await host?.stop()
    await sandbox?.stop()
    await rm(folder, { recursive: true, force: true })
  })

  it('learns from the application what it is', () => {
    expect(host.description).toMatchObject({
      name: 'echo',
      tools: { sh: { apt: 'dash' } },
      words: { result: ['echo', 'echoes'], subtask: ['call', 'calls'] },
      draws: ['txt'],
      gpu: false,
    })
  })

  it('parses parameters with their defaults, and names what is wrong', async () => {
    expect(await host.run('parse', { parameters: { file: '/a' } }, null, null)).toEqual({
      parameters: { file: '/a', times: 2 },
      inputs: [{ path: '/a', as: 'words' }],
    })
    await expect(host.run('parse', { parameters: { file: '/a', times: 0 } }, null, null)).rejects.toMatchObject({
      code: 'PARAMETERS_INVALID',
      message: 'times: must be at least 1.',
    })
  })

  it('lets a function ask its program', async () => {
    const job = { parameters: {}, inputs: [] }
    expect(await host.run('inspect', job, program, never)).toMatchObject({
      inspection: { method: 'look', params: { at: '/in/words' } },
      summary: ['speed 3'],
    })
  })

  it('passes on what is longer than a line may be, both ways', async () => {
    const long = '☃"'.repeat(700_000)
    const job = { parameters: {}, inputs: [] }
    const found = await host.run('inspect', job, { ...program, make: async () => ({ result: long, files: [] }) }, never)
    expect(found).toMatchObject({ inspection: long })
  })

  it('passes on what an application refuses', async () => {
    await expect(host.run('estimate', {}, program, never)).rejects.toMatchObject({
      code: 'TOO_LOUD',
      message: 'It is too loud here.',
      remedy: 'Close the window.',
    })
  })

  it('tells a defect of an application in a sentence, and keeps where it comes from for the log', async () => {
    const failed = await host.run('verify', {}, program, never).catch((error: unknown) => error)
    expect(failed).toMatchObject({ code: 'APP_DEFECT', message: 'It burst.', data: {} })
    expect(JSON.stringify(failed)).not.toContain('fixture/app.ts')
    expect(logged).toMatchObject([{ stack: expect.stringMatching(/TypeError: It burst\.\n +at .*fixture\/app\.ts/) }])
  })

  it('tells which answers are none of its program, and why', async () => {
    expect(host.description.knowsAnswers).toBe(true)
    expect(await host.run('answerFaults', { answers: [{ said: 'a' }, null, { said: 1 }] }, null, null)).toEqual([
      null,
      expect.stringContaining('the whole: '),
      expect.stringContaining('said: '),
    ])
  })

  it('gives a function up when its signal aborts', async () => {
    const stop = new AbortController()
    const merged = host.run('merge', {}, program, stop.signal)
    stop.abort(new Error('enough'))
    await expect(merged).rejects.toThrow('enough')
  })

  it('sees neither the keys nor the rest of this machine, and no network', async () => {
    const spy = await startAppHost({ sandbox, logger }, join(import.meta.dirname, 'fixture/spy.ts'))
    try {
      expect(await spy.run('split', {}, null, null)).toEqual({
        home: false,
        keys: false,
        environment: [],
        network: false,
      })
    } finally {
      await spy.stop()
    }
  })
})
