import type { AppContext, Json, Part, Subtask } from '@golem/sdk'
import { describe, expect, it } from 'vitest'
import { app } from './app.ts'
import { merge } from './merge.ts'

const parse = (raw: object) => app.parameters.parse({ module: '/m.wasm', ...raw })
const refused = (raw: object) => app.parameters.safeParse({ module: '/m.wasm', ...raw }).error?.issues[0]?.message

/** A program that answers as `answer` says, and keeps what it was asked. */
function contextOf(answer: (params: { [key: string]: Json }) => object) {
  const asked: { [key: string]: Json }[] = []
  const make: AppContext['make'] = async (_method, params) => {
    asked.push(params)
    const [what, name] = params.args as string[]
    return {
      result: answer(params) as Json,
      files: what === 'store' ? [`/out/${asked.length}/${name}`] : ['/out/9/files/1/a'],
    }
  }
  const call: AppContext['call'] = async (method, params) => (await make(method, params)).result
  return { asked, context: { call, make, speed: 2, signal: new AbortController().signal } }
}

describe('parameters', () => {
  it('name lines or a count, and files by plain names', () => {
    expect(refused({})).toBe('names either lines or count')
    expect(refused({ lines: '/l', count: 3 })).toBe('names either lines or count')
    expect(refused({ count: 0 })).toBe('must be at least 1')
    expect(refused({ count: 1, check: 0 })).toBe('must be more than 0')
    expect(refused({ count: 1, files: { '../a': '/a' } })).toBe('must have plain names')
    expect(refused({ count: 1, files: { lines: '/a' } })).toBe('uses the names module.wasm and lines itself')
    expect(app.inputs(parse({ lines: '/l', files: { data: '/d' } }))).toEqual([
      { path: '/m.wasm', as: 'module.wasm' },
      { path: '/l', as: 'lines' },
      { path: '/d', as: 'data' },
    ])
  })
})

describe('a job', () => {
  const inputs = [{ path: '/m.wasm', as: 'module.wasm', present: true, withheld: false }]

  it('has as many inputs as there are lines', async () => {
    const { context, asked } = contextOf(() => ({ exitCode: 0, stdout: '12\n' }))
    const found = await app.inspect(context, { parameters: parse({ lines: '/l' }), inputs })
    expect(found).toMatchObject({ inspection: { count: 12 }, problems: [], summary: ['12 inputs'] })
    expect(asked).toEqual([{ args: ['count', '/in/lines'] }])
  })

  it('ends before it costs anything where a file is missing, there are no lines, or an input fails here', async () => {
    const { context } = contextOf(() => ({ exitCode: 0, stdout: '0' }))
    const missing = [{ path: '/m.wasm', as: 'module.wasm', present: false, withheld: false }]
    expect(await app.inspect(context, { parameters: parse({ count: 1 }), inputs: missing })).toMatchObject({
      problems: [{ code: 'FILE_MISSING' }],
    })
    expect(await app.inspect(context, { parameters: parse({ lines: '/l' }), inputs })).toMatchObject({
      problems: [{ code: 'INPUTS_COUNT' }],
    })
    const failing = contextOf(() => ({ exitCode: 3, stderr: 'no such thing' }))
    const estimated = app.estimate(failing.context, { parameters: parse({ count: 5 }), inspection: { count: 5 } })
    await expect(estimated).rejects.toMatchObject({
      code: 'INPUT_FAILS',
      message: 'Input 0 fails here already, with exit code 3: no such thing',
    })
  })

  it('is tried on its first, middle and last input', async () => {
    const { context, asked } = contextOf(() => ({ exitCode: 0, stdout: '' }))
    const { totalUnits } = await app.estimate(context, { parameters: parse({ count: 11 }), inspection: { count: 11 } })
    expect(totalUnits).toBeGreaterThanOrEqual(11)
    expect(new Set(asked.map(({ args }) => (args as string[]).at(-1)))).toEqual(new Set(['0', '5', '10']))
  })

  it('is estimated by its quickest run: what else the machine does beside makes no work longer', async () => {
    let runs = 0
    const call: AppContext['call'] = async () => {
      runs += 1
      const busyUntilMs = performance.now() + (runs % 3 === 0 ? 0 : 25)
      while (performance.now() < busyUntilMs);
      return { exitCode: 0, stdout: '' }
    }
    const job = { parameters: parse({ count: 1 }), inspection: { count: 1 } }
    expect((await app.estimate({ ...contextOf(() => ({})).context, call }, job)).totalUnits).toBeLessThan(20_000)
  })

  it('is cut into one subtask for each input, the same way each time', () => {
    const job = { inspection: { count: 450 }, estimate: { secondsEach: 0.0002 }, cores: 3 }
    const plan = app.split({ parameters: parse({ lines: '/l', args: ['-x'], check: 0.5 }), ...job })
    expect(plan.subtasks).toHaveLength(450)
    expect(plan.subtasks[7]).toEqual({
      id: '7',
      group: '0',
      label: 'input 7',
      request: {
        method: 'run',
        params: { module: '/in/module.wasm', args: ['-x'], line: { file: '/in/lines', number: 7 } },
      },
      units: 200,
    })
    expect(plan.groups.map(({ label, count }) => [label, count])).toEqual([
      ['inputs 0 to 199', 200],
      ['inputs 200 to 399', 200],
      ['inputs 400 to 449', 50],
    ])
    expect(plan.check).toEqual({ kind: 'exact', share: 0.5 })
    const counted = app.split({ parameters: parse({ count: 450, args: ['-x'] }), ...job })
    expect(counted.subtasks[7]?.request.params).toEqual({ module: '/in/module.wasm', args: ['-x', '7'] })
  })

  const part = (number: number, stdout: string, folder: string | null = null): Part => ({
    subtask: { id: `${number}` } as Subtask,
    result: { exitCode: 0, stdout },
    folder,
  })

  it('takes for an answer whatever a program of WASI can answer, and nothing else', () => {
    const isAnswer = (said: unknown) => app.answer?.safeParse(said).success
    expect(isAnswer({ exitCode: 0, stdout: '\u0001'.repeat(128 * 1024) })).toBe(true)
    expect(isAnswer({ exitCode: 3, stdoutBase64: btoa('x'.repeat(128 * 1024)), stderr: 'x'.repeat(2_048) })).toBe(true)
    for (const none of [null, {}, { exitCode: '0' }, { exitCode: 0, stdout: 1 }, { exitCode: 0.5 }])
      expect(isAnswer(none)).toBe(false)
    expect(isAnswer({ exitCode: 0, stdout: 'x'.repeat(128 * 1024 + 1) })).toBe(false)
  })

  it('has a line for each input in its results, in order', async () => {
    const { context, asked } = contextOf(() => ({ exitCode: 0 }))
    const { files } = await merge(context, { parts: [part(1, 'b'), part(0, 'a')] })
    expect(files).toEqual(['/out/1/results-000000-000001.jsonl'])
    expect(asked[0]?.stdin).toBe('{"input":0,"exitCode":0,"stdout":"a"}\n{"input":1,"exitCode":0,"stdout":"b"}\n')
  })

  it('has several files of results where they are long, and the files that runs left', async () => {
    const { context, asked } = contextOf(() => ({ exitCode: 0 }))
    const { files } = await merge(context, {
      parts: [0, 1, 2].map((n) => part(n, 'x'.repeat(120_000), n === 1 ? '/deliveries/one' : null)),
    })
    expect(files).toEqual([
      ...[0, 1, 2].map((n) => `/out/${n + 1}/results-00000${n}-00000${n}.jsonl`),
      '/out/9/files/1/a',
    ])
    expect(asked.at(-1)?.args).toEqual(['copy', '/deliveries/one', 'files/1'])
  })
})
