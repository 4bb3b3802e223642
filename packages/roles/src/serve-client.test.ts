import { type MemoryProgram, memorySandbox } from '@golem/ports/memory'
import { GolemError } from '@golem/protocol'
import { describe, expect, it, vi } from 'vitest'
import { serveClient } from './serve-client.ts'

const GIB = 1024 ** 3
const limits = {
  memoryBytes: 2 * GIB,
  pids: 8,
  cores: 1,
  wallMs: 1_000,
  diskBytes: 4_000,
  outputBytes: 1_000,
  fileBytes: 1_000,
  outputFiles: 1,
  logBytes: 1_000,
}

const start = (program: MemoryProgram) =>
  memorySandbox({ program }).start({
    name: 'test',
    runtime: { kind: 'oci', root: 'host-tools' },
    argv: ['program'],
    env: {},
    mounts: [],
    outbound: [],
    limits,
  })

type Request = { id: number; method: string; params: unknown }

/** A program that says it is ready and then does for each request what `serve` says. */
const serving =
  (serve: (request: Request, io: Parameters<MemoryProgram>[0]) => void): MemoryProgram =>
  async (io) => {
    io.answer('{"ready":{"version":"3.4.1"}}')
    for await (const line of io.requests) serve(JSON.parse(line) as Request, io)
  }

const say = (io: Parameters<MemoryProgram>[0], message: unknown): void => io.answer(JSON.stringify(message))

const failure = async (promise: Promise<unknown>): Promise<GolemError> => {
  const error = await promise.catch((reason: unknown) => reason)
  expect(error).toBeInstanceOf(GolemError)
  return error as GolemError
}

describe('serveClient', () => {
  it('asks with the same line whatever the order of what is asked: a program could answer by it', async () => {
    const lines: string[] = []
    const process = await start(
      serving((request, io) => {
        lines.push(JSON.stringify(request.params))
        say(io, { id: request.id, result: null })
      }),
    )
    const client = serveClient(process)
    await client.call('run', { b: 1, a: { d: 2, c: 3 } })
    await client.call('run', { a: { c: 3, d: 2 }, b: 1 })
    expect(lines).toEqual(['{"a":{"c":3,"d":2},"b":1}', '{"a":{"c":3,"d":2},"b":1}'])
  })

  it('says what the program was when it was ready, and brings answers to their calls in any order', async () => {
    const waiting: Request[] = []
    const process = await start(
      serving((request, io) => {
        waiting.push(request)
        if (waiting.length === 2) for (const { id, params } of waiting.reverse()) say(io, { id, result: { params } })
      }),
    )
    const client = serveClient(process)
    expect(await client.ready).toEqual({ version: '3.4.1' })
    const answers = await Promise.all([client.call('double', { x: 1 }), client.call('double', { x: 2 })])
    expect(answers).toEqual([{ params: { x: 1 } }, { params: { x: 2 } }])
    await client.close()
    await client.close()
  })

  it('keeps a call until the program is ready', async () => {
    const process = await start(async (io) => {
      await new Promise((resolve) => setTimeout(resolve, 5))
      await serving(({ id }) => say(io, { id, result: null }))(io)
    })
    const client = serveClient(process)
    expect(await client.call('anything', {})).toBeNull()
    await client.close()
  })

  it('reports progress, within bounds', async () => {
    const process = await start(
      serving(({ id }, io) => {
        say(io, { id, progress: { fraction: 0.5, note: 'frame 7' } })
        say(io, { id, progress: { fraction: 7, note: 'x'.repeat(1_000) } })
        say(io, { id, result: 1 })
      }),
    )
    const client = serveClient(process)
    const onProgress = vi.fn()
    await client.call('render', {}, { onProgress })
    expect(onProgress.mock.calls).toEqual([
      [{ fraction: 0.5, note: 'frame 7' }],
      [{ fraction: 1, note: 'x'.repeat(200) }],
    ])
    await client.close()
  })

  it('throws what the program answered, and goes on', async () => {
    const errors: Record<string, unknown> = {
      own: { code: 'SCENE_MISSING', message: 'There is no scene X.', remedy: 'Name another.', data: { scenes: ['A'] } },
      ours: { code: 'SANDBOX_ENDED', message: 'I am not really gone.' },
      odd: { code: 'drop table', message: 'x'.repeat(5_000) },
    }
    const process = await start(serving(({ id, method }, io) => say(io, { id, error: errors[method] })))
    const client = serveClient(process)
    expect(await failure(client.call('own', {}))).toMatchObject({
      code: 'SCENE_MISSING',
      message: 'There is no scene X.',
      remedy: 'Name another.',
      data: { scenes: ['A'] },
    })
    expect(await failure(client.call('ours', {}))).toMatchObject({ code: 'PROGRAM_FAILED' })
    const odd = await failure(client.call('odd', {}))
    expect(odd.code).toBe('PROGRAM_FAILED')
    expect(odd.message).toHaveLength(2_000)
    await client.close()
  })

  it('ends a program that takes too long, and every other call with it', async () => {
    const process = await start(serving(() => undefined))
    const client = serveClient(process)
    const other = failure(client.call('also', {}))
    expect(await failure(client.call('render', {}, { timeoutMs: 10 }))).toMatchObject({
      code: 'SUBTASK_TIMEOUT',
      message: 'The program did not answer render within 0.01 s and was ended.',
    })
    expect((await other).code).toBe('SANDBOX_ENDED')
    expect((await process.exited).code).toBeNull()
    expect((await failure(client.call('more', {}))).code).toBe('SANDBOX_ENDED')
  })

  it('ends a program whose caller gives up', async () => {
    const process = await start(serving(() => undefined))
    const client = serveClient(process)
    const giveUp = new AbortController()
    const call = client.call('render', {}, { signal: giveUp.signal })
    const reason = new Error('cancelled')
    giveUp.abort(reason)
    await expect(call).rejects.toBe(reason)
    expect((await process.exited).code).toBeNull()
    await expect(client.call('render', {}, { signal: giveUp.signal })).rejects.toBe(reason)
  })

  it('says by which limit the program ended, and what it printed last', async () => {
    const process = await start(
      serving((_request, io) => {
        io.print('allocating')
        io.strike({ name: 'memoryBytes', allowed: 2 * GIB, used: 2 * GIB })
      }),
    )
    const client = serveClient(process)
    const error = await failure(client.call('render', {}))
    expect(error).toMatchObject({ code: 'SANDBOX_ENDED', data: { logTail: 'allocating', limit: { used: 2 * GIB } } })
    expect(error.message).toBe('The program was ended at a limit: memoryBytes, 2 GiB allowed, 2 GiB used.')
  })

  it('gives the last answers of a program that ends right after them', async () => {
    const process = await start(async (io) => {
      say(io, { ready: {} })
      for await (const line of io.requests) {
        say(io, { id: (JSON.parse(line) as Request).id, result: 'last words' })
        return 3
      }
      return 0
    })
    const client = serveClient(process)
    expect(await client.call('render', {})).toBe('last words')
    expect((await failure(client.call('render', {}))).message).toContain('exit code 3')
  })

  it.each([
    ['no JSON', 'hello'],
    ['JSON of another kind', '{"id":1}'],
    ['a list', '[]'],
    ['a second start', '{"ready":{}}'],
    ['an answer to nothing', '{"id":99,"result":1}'],
    ['an error that belongs to no request', '{"id":null,"error":{"code":"X","message":"no JSON"}}'],
  ])('ends a program that answers %s', async (_what, line) => {
    const process = await start(serving((_request, io) => io.answer(line)))
    const client = serveClient(process)
    expect((await failure(client.call('render', {}))).code).toBe('PROGRAM_MISBEHAVED')
    expect((await process.exited).code).toBeNull()
  })

  it('ends a program that answers before it is ready, or never is', async () => {
    const early = serveClient(await start(async (io): Promise<void> => say(io, { id: 1, result: 1 })))
    expect((await failure(early.ready)).code).toBe('PROGRAM_MISBEHAVED')
    const silent = await start(
      ({ signal }) => new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve())),
    )
    const never = serveClient(silent, { readyTimeoutMs: 10 })
    expect((await failure(never.ready)).message).toContain('not ready within 0.01 s')
    await silent.exited
  })

  it('tells of a program that ends before it is ready', async () => {
    const client = serveClient(
      await start(async ({ print }) => {
        print('no such module')
        return 1
      }),
    )
    expect(await failure(client.ready)).toMatchObject({ code: 'SANDBOX_ENDED', data: { logTail: 'no such module' } })
    expect((await failure(client.call('render', {}))).code).toBe('SANDBOX_ENDED')
  })
})
