import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { file } from '../../test/wasm/guest.ts'
import { wat } from '../../test/wasm/wat.ts'
import { type HostFolder, layFiles } from './lay-files.ts'
import { createRunner, type RunnerOptions } from './runner.ts'
import { bytesOf, type Folder } from './wasi/files.ts'

const modules = join(import.meta.dirname, '../../test/wasm/modules')
const probe = await readFile(join(modules, 'probe.wasm'))
const MIB = 1024 ** 2
const hostFile = (bytes: Uint8Array) => ({ sizeBytes: bytes.length, read: () => bytes })

type Answer = {
  id: number
  result?: { exitCode: number; stdout?: string; stdoutBase64?: string; stderr?: string }
  files?: string[]
  error?: { code: string; message: string; data?: unknown }
}

/** A runner of commands, and what comes of it. */
function open(more: Partial<RunnerOptions> = {}, files: HostFolder = new Map()) {
  const answers: string[] = []
  const logged: string[] = []
  const kept: Record<string, Record<string, string>> = {}
  const layout = layFiles(new Map([['module', new Map([['main.wasm', hostFile(probe)]])], ...files]))
  const runner = createRunner(
    {
      layout: () => layout,
      answer: (line) => answers.push(line),
      log: (bytes) => logged.push(new TextDecoder().decode(bytes)),
      keep: (out, path) => {
        kept[path] = textsIn(out)
      },
    },
    {
      interface: 'command',
      module: '/module/main.wasm',
      args: [],
      env: {},
      limits: { memoryBytes: 16 * MIB, outputBytes: 5_000, outputFiles: 5 },
      ...more,
    },
  )
  let id = 0
  return {
    runner,
    answers,
    logged,
    kept,
    ask: (params: object): Answer => {
      id += 1
      runner.request(JSON.stringify({ id, method: 'run', params }))
      return JSON.parse(answers.at(-1) ?? '') as Answer
    },
  }
}

const textsIn = (folder: Folder): Record<string, string> =>
  Object.fromEntries(
    [...folder.entries].flatMap(([name, node]) =>
      node.kind === 'folder'
        ? Object.entries(textsIn(node)).map(([below, text]) => [`${name}/${below}`, text])
        : [[name, new TextDecoder().decode(bytesOf(node))]],
    ),
  )

/** In place of the probe. */
const ownModule = async (text: string): Promise<HostFolder> =>
  new Map([['module', new Map([['main.wasm', hostFile(await wat(text))]])]])

/** What it reads is written to its log. */
const TELLS_WHAT_IT_READS = `(module
  (import "wasi_snapshot_preview1" "fd_read" (func $read (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
  (memory (export "memory") 1)
  (func (export "_start")
    (i32.store (i32.const 0) (i32.const 64)) (i32.store (i32.const 4) (i32.const 4096))
    (drop (call $read (i32.const 0) (i32.const 0) (i32.const 1) (i32.const 8)))
    (i32.store (i32.const 4) (i32.load (i32.const 8)))
    (drop (call $write (i32.const 2) (i32.const 0) (i32.const 1) (i32.const 8)))))`

describe('a command', () => {
  it('says that it is ready, and answers each request with how it ended and what it printed', () => {
    const { runner, answers, ask } = open()
    runner.start()
    expect(JSON.parse(answers[0] ?? '')).toEqual({ ready: { wasm: 'wasi-preview-1' } })
    expect(ask({ args: ['stdin'], stdin: 'Ünï ☃' })).toEqual({
      id: 1,
      result: { exitCode: 0, stdout: 'Ünï ☃' },
      files: [],
    })
    expect(ask({ args: ['exit', '3'] }).result).toEqual({ exitCode: 3, stdout: '', stderr: 'it failed\n' })
    expect(ask({ args: ['bytes'] }).result).toEqual({ exitCode: 0, stdoutBase64: '/wD+' })
    expect(ask({ args: ['stdin'], stdinBase64: '/wD+' }).result).toEqual({ exitCode: 0, stdoutBase64: '/wD+' })
    expect(ask({ args: ['stdin'], stdinBase64: '*' }).error?.code).toBe('WASM_MODULE_REFUSED')
  })

  it('begins anew for each request: nothing of one is seen by the next', () => {
    const { ask } = open()
    const answers = Array.from({ length: 3 }, () => ask({ args: ['count'] }).result?.stdout)
    expect(answers).toEqual(['1\n', '1\n', '1\n'])
    ask({ args: ['fill', '/tmp/left', '10'] })
    ask({ args: ['fill', '/out/left', '10'] })
    expect(ask({ args: ['cat', '/tmp/left'] }).result?.stdout).toContain('No such file')
    expect(ask({ args: ['cat', '/out/left'] }).result?.stdout).toContain('No such file')
    // One whose memory has grown leaves none of it to the next.
    const grown = [ask({ args: ['grow'] }), ask({ args: ['count'] }), ask({ args: ['grow'] })]
    expect(grown[2]?.result).toEqual(grown[0]?.result)
  })

  it('sees its arguments and environment, and neither number nor folder of its request', () => {
    const { ask } = open({ args: ['environment', 'fixed'], env: { A: '1', B: '2' } })
    const { stdout } = ask({ args: ['own'], env: { B: '3' }, outDir: '/out/17' }).result ?? {}
    expect(stdout).toBe('environment\nfixed\nown\nA=1\nB=3\n')
  })

  it('leaves what it wrote to /out in the folder of its request', () => {
    const { ask, kept } = open()
    expect(ask({ args: ['fill', '/out/result', '3'], outDir: '/out/17' })).toMatchObject({ files: ['result'] })
    expect(kept).toEqual({ '/out/17': { result: 'xxx' } })
  })

  it('draws the same chance for the same work, and other chance for other work', () => {
    const draw = (params: object) => open().ask({ args: ['random'], ...params }).result?.stdout
    expect(draw({ stdin: 'a' })).toBe(draw({ stdin: 'a' }))
    expect(draw({ stdin: 'a' })).not.toBe(draw({ stdin: 'b' }))
    expect(draw({ stdin: 'a', seed: 's' })).toBe(draw({ stdin: 'b', seed: 's' }))
  })

  it('reads the files it was given', () => {
    const inputs: HostFolder = new Map([['in', new Map([['a.txt', file('hello')]])]])
    expect(open({}, inputs).ask({ args: ['cat', '/in/a.txt'] }).result).toEqual({ exitCode: 0, stdout: 'hello' })
  })

  it('takes a line of a file as its input', () => {
    const inputs: HostFolder = new Map([['in', new Map([['lines', file('one\n\nthree\nfour')]])]])
    const { ask } = open({}, inputs)
    const line = (number: unknown, path = '/in/lines') => ask({ args: ['stdin'], line: { file: path, number } })
    expect([0, 1, 2, 3].map((number) => line(number).result?.stdout)).toEqual(['one\n', '\n', 'three\n', 'four'])
    expect(line(4).error?.message).toBe('/in/lines has 4 lines, and none of number 4.')
    expect(line('1').error?.code).toBe('WASM_MODULE_REFUSED')
    expect(line(0, '/in/none').error?.message).toContain('There is no file "/in/none"')
  })

  it('runs a module that its request names, from what was laid and from nowhere else', async () => {
    const inputs: HostFolder = new Map([
      [
        'in',
        new Map([
          ['own.wasm', hostFile(await wat('(module (func (export "_start")))'))],
          ['bad.wasm', file('no')],
        ]),
      ],
    ])
    const { ask } = open({ module: null }, inputs)
    expect(ask({ module: '/in/own.wasm' }).result).toEqual({ exitCode: 0, stdout: '' })
    for (const [path, why] of [
      ['/in/bad.wasm', 'The module cannot run here: it is no WebAssembly module.'],
      ['/in/../in/none.wasm', 'There is no module "/in/../in/none.wasm".'],
      ['/out/made.wasm', 'There is no module'],
      ['/in', 'There is no module'],
      ['', 'There is no module'],
    ] as const) {
      expect(ask({ module: path }).error).toMatchObject({
        code: 'WASM_MODULE_REFUSED',
        message: expect.stringContaining(why),
      })
    }
  })

  it('names the limit that stopped it', () => {
    const { ask } = open()
    expect(ask({ args: ['fill', '/out/a', '6000'] }).error).toMatchObject({
      code: 'WASM_LIMIT',
      data: { limit: { name: 'outputBytes', allowed: 5_000 } },
    })
    expect(ask({ args: ['many', '200000'] }).error).toMatchObject({ code: 'WASM_RESULT_TOO_LARGE' })
    expect(ask({ args: ['grow'] }).result?.stdout).toMatch(/^1[0-5] 1\n/)
  })

  it('says that it was ended, and goes on with the next', () => {
    const { ask, runner } = open()
    expect(ask({ args: ['trap'] }).error).toMatchObject({
      code: 'WASM_TRAPPED',
      data: { memoryBytes: expect.any(Number) },
    })
    expect(ask({ args: ['deep'] }).error).toMatchObject({ code: 'WASM_TRAPPED' })
    expect(ask({ args: ['count'] }).result?.stdout).toBe('1\n')
    expect(runner.exitCode).toBeNull()
  })
})

describe('a module that speaks the protocol', () => {
  it('ends with a code of its own, and with another than 0 where it traps', async () => {
    const { runner, logged } = open({ interface: 'protocol', args: ['exit', '5'] })
    runner.start()
    expect(runner.exitCode).toBe(5)
    expect(logged.join('')).toBe('it failed\n')
    const trapped = open({ interface: 'protocol', args: ['trap'] })
    trapped.runner.start()
    expect(trapped.runner.exitCode).toBe(132)
    expect(trapped.logged.join('')).toContain('The program was ended')
  })

  it('answers with whole lines, however it writes them', () => {
    const { runner, answers } = open({ interface: 'protocol', args: ['stdin'] })
    runner.start()
    runner.request('{"id":1,"method":"m","params":{"b":"☃"}}')
    runner.request('no JSON')
    expect(answers).toEqual(['{"id":1,"method":"m","params":{"b":"☃"}}', 'no JSON'])
  })

  it('is asked with the same line whoever asks it, as the how manieth, and wherever its files go', async () => {
    const { runner, logged } = open({ interface: 'protocol' }, await ownModule(TELLS_WHAT_IT_READS))
    runner.start()
    for (const [id, outDir] of [
      ['1', '/out/7'],
      ['23', '/out/1'],
    ])
      runner.request(`{"id":${id},"method":"m","params":{"n":7,"outDir":"${outDir}"}}`)
    const line = '{"id":1,"method":"m","params":{"n":7,"outDir":"/out"}}\n'
    expect(logged).toEqual(['', line, line])
  })

  it('has its answer told under the number of its request, and its files kept where that says', async () => {
    const { runner, answers } = open({ interface: 'protocol', args: ['stdin'] })
    runner.start()
    runner.request('{"id":23,"method":"m","params":{"outDir":"/out/1"}}')
    expect(answers).toEqual(['{"id":23,"method":"m","params":{"outDir":"/out"}}'])
    const filling = open({ interface: 'protocol', args: ['fill', '/out/a', '2'] })
    filling.runner.request('{"id":23,"method":"m","params":{"outDir":"/out/1"}}')
    expect(filling.kept).toEqual({ '/out/1': { a: 'xx' } })
  })

  it('does not run at all where its module is none', () => {
    const { runner } = open({ interface: 'protocol', module: '/module/none.wasm' })
    expect(() => runner.start()).toThrow('There is no module "/module/none.wasm".')
  })
})
