import type { App } from '@golem/ports'
import type { MemoryDisk, MemoryProgram } from '@golem/ports/memory'
import { type Address, asCid, GolemError, hashText, type Json, type Manifest } from '@golem/protocol'

const text = (value: string | number) => new TextEncoder().encode(String(value))

export const manifest: Manifest = {
  format: 'golem-manifest/2',
  name: 'squares',
  version: '1',
  author: `0x${'0'.repeat(40)}` as Address,
  royaltyBps: 0,
  runtime: { kind: 'oci', root: 'host-tools', tools: {} },
  command: ['squares'],
  code: asCid('bafkreigh2akiscaildcqabsyg3dfr6chu3fgpregiymsck7e7aqa4s52zy'),
  env: {},
  mode: 'serve',
  network: 'none',
  gpu: false,
  calibrate: null,
  limits: {
    memoryBytes: 1e6,
    pids: 4,
    cores: 1,
    wallMs: 60_000,
    diskBytes: 4e6,
    outputBytes: 1e6,
    outputFiles: 10,
    fileBytes: 1e6,
    logBytes: 1e5,
  },
}

/**
 * Squares numbers. `square` is what a provider's program computes; a cheater's computes something else. The gate is
 * awaited before an answer, so that a test decides when work ends. The processor is what its class depends on, unless its
 * environment says another.
 */
export function squaresProgram(
  disk: MemoryDisk,
  square: (n: number) => number = (n) => n * n,
  gate: (n: number) => Promise<void> = async () => {},
  processor = 'new',
): MemoryProgram {
  return async ({ spec, requests, answer, hostPath, signal }) => {
    const runsAs = spec.env.PROCESSOR ?? processor
    const killed = new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }))
    answer(JSON.stringify({ ready: {} }))
    for await (const line of requests) {
      const { id, method, params } = JSON.parse(line)
      const write = (name: string, value: string | number) => {
        disk.set(hostPath(params.outDir), null)
        disk.set(`${hostPath(params.outDir)}/${name}`, text(value))
      }
      const read = (path: string) => new TextDecoder().decode(disk.get(hostPath(path)) ?? text('nothing'))
      switch (method) {
        case 'count':
          answer(JSON.stringify({ id, result: Number(read('/in/count')) }))
          break
        case 'calibrate':
          answer(JSON.stringify({ id, result: { hash: hashText(`${runsAs}/${params.seed}`) } }))
          break
        case 'read':
          answer(JSON.stringify({ id, result: read(`${params.folder}/result`) }))
          break
        case 'processor':
          answer(JSON.stringify({ id, result: runsAs }))
          break
        case 'square':
          await Promise.race([gate(params.n), killed])
          if (params.n === 13) answer(JSON.stringify({ id, error: { code: 'UNLUCKY', message: '13 is not squared.' } }))
          else {
            write('result', square(params.n))
            answer(JSON.stringify({ id, result: { n: params.n } }))
          }
          break
        case 'square-said':
          await Promise.race([gate(params.n), killed])
          answer(JSON.stringify({ id, result: { square: square(params.n) }, files: [] }))
          break
        case 'merge-said':
          write('squares.txt', params.squares.join('\n'))
          answer(JSON.stringify({ id, result: `${params.outDir}/squares.txt` }))
          break
        case 'compare':
          answer(JSON.stringify({ id, result: read(`${params.folder}/result`) === String(params.n ** 2) }))
          break
        case 'draw':
          // A picture only by its first bytes; behind them is what it shows.
          disk.set(hostPath(params.outDir), null)
          disk.set(
            `${hostPath(params.outDir)}/preview.png`,
            Uint8Array.from([0x89, 0x50, 0x4e, 0x47, ...text(read(params.of))]),
          )
          answer(JSON.stringify({ id, result: `${params.outDir}/preview.png` }))
          break
        case 'merge':
          write(`${params.n}.txt`, read(`${params.folder}/result`))
          answer(JSON.stringify({ id, result: `${params.outDir}/${params.n}.txt` }))
          break
      }
    }
  }
}

/** An application whose job is a file with a count: the squares of 1 to that. */
export const squaresApp: App = {
  name: 'squares',
  title: 'squares 1',
  description: 'Squares numbers.',
  words: { result: ['square', 'squares'], subtask: ['square', 'squares'] },
  draws: [],
  manifest,
  manifestCid: asCid('bafkreidgvpkjawlxz6sffxzwgooowe5yt7i6wsyg236mfoks77nywkptdq'),
  codePath: '/app',
  parse: async (parameters) => ({ parameters, inputs: [{ path: (parameters as { file: string }).file, as: 'count' }] }),
  inspect: async (program, { inputs }) => {
    const problems = inputs[0]?.present ? [] : [{ code: 'FILE_MISSING', message: 'There is no such file.' }]
    return {
      inspection: problems.length ? 0 : await program.call('count', {}),
      needs: [],
      problems,
      summary: [],
      framesPerSecond: 12.5,
    }
  },
  // Less than its parts together, as it is where each has to be prepared.
  estimate: async (_program, { inspection }) => ({ estimate: null, totalUnits: 10_000 * Number(inspection) }),
  split: async ({ inspection }) => {
    const numbers = Array.from({ length: Number(inspection) }, (_, i) => i + 1)
    return {
      subtasks: numbers.map((n) => ({
        id: `n${n}`,
        group: `g${n}`,
        label: `square of ${n}`,
        request: { method: 'square', params: { n } },
        units: 1_000_000,
      })),
      groups: numbers.map((n) => ({ id: `g${n}`, label: `square of ${n}`, count: 1 })),
      finish: false,
    }
  },
  verify: async (program, { part }) => {
    const n = part.subtask.request.params.n as Json
    const same = await program.call('compare', { n, folder: part.folder })
    if (same) return { accepted: true, how: 'computed again' }
    return {
      accepted: false,
      how: 'computed again',
      code: 'WRONG',
      message: `${Number(n)} squared is another.`,
      evidence: n,
    }
  },
  merge: async (program, { parts }) => {
    const [part] = parts
    if (!part) throw new GolemError({ code: 'EMPTY', message: 'no parts' })
    const file = await program.call('merge', { n: part.subtask.request.params.n as Json, folder: part.folder })
    return { files: [file as string] }
  },
  finish: async () => ({ files: [] }),
  preview: async (program, { parts, file }) => {
    const of = file ?? `${parts[0]?.folder}/result`
    return { file: (await program.call('draw', { of })) as string }
  },
}

/** The same squares as answers instead of files, in one group, checked by computing a share of them again. */
export const saidSquaresApp = (share: number): App => ({
  ...squaresApp,
  split: async (job) => {
    const { subtasks } = await squaresApp.split(job)
    return {
      subtasks: subtasks.map((task) => ({
        ...task,
        group: 'all',
        request: { ...task.request, method: 'square-said' },
        units: 1_000,
      })),
      groups: [{ id: 'all', label: 'all squares', count: subtasks.length }],
      finish: false,
      check: { kind: 'exact', share },
    }
  },
  verify: () => Promise.reject(new Error('The daemon checks by itself.')),
  merge: async (program, { parts }) => {
    const squares = parts.map(({ result }) => (result as { square: number }).square)
    return { files: [(await program.call('merge-said', { squares })) as string] }
  },
})
