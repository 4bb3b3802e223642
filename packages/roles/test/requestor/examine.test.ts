import type { App, Program } from '@golem/ports'
import { type MemoryDisk, memoryFolders, memoryStorage, memoryStore } from '@golem/ports/memory'
import type { Inspected, LaidInput } from '@golem/protocol'
import { beforeEach, describe, expect, it } from 'vitest'
import { examine } from '../../src/requestor/examine.ts'
import { squaresApp } from '../squares-app.ts'

const program: Program = { speed: 1, call: async () => null, make: async () => ({ result: null, files: [] }) }
const nothing: Inspected = { inspection: 'seen', needs: [], problems: [], summary: ['a scene'] }

describe('examine', () => {
  let disk: MemoryDisk
  let asked: LaidInput[][]
  let answer: (inputs: LaidInput[]) => Inspected
  let components: Parameters<typeof examine>[0]
  const file = (path: string, text = path) => disk.set(path, new TextEncoder().encode(text))
  const run = (main = '/home/ann/film/scene.blend', parameters: { samples: number } = { samples: 1 }) =>
    examine(components, {
      parameters,
      inputs: [{ path: main, as: 'scene.blend' }],
      jobInputs: '/work/job',
      programInputs: '/work/program',
      signal: new AbortController().signal,
    })

  beforeEach(async () => {
    disk = new Map()
    asked = []
    answer = () => nothing
    const app: App = {
      ...squaresApp,
      draws: ['blend', 'png', 'pem'],
      inspect: async (_program, { inputs }) => {
        asked.push(structuredClone(inputs))
        return answer(inputs)
      },
    }
    const folders = memoryFolders(disk, { base: '/work' })
    for (const name of ['job', 'program']) await folders.make(name)
    const storage = memoryStorage({ peerId: 'me', hub: new Map(), disk })
    components = { app, program, storage, store: memoryStore(), folders }
    file('/home/ann/film/scene.blend')
  })

  it('lays the inputs for the program, and examines equal bytes once', async () => {
    const first = await run()
    expect(first).toMatchObject({ inspection: 'seen', summary: ['a scene'] })
    expect(disk.has('/work/program/scene.blend')).toBe(true)
    expect(await run()).toEqual(first)
    expect(asked).toHaveLength(1)
    await run(undefined, { samples: 2 })
    expect(asked).toHaveLength(2)
  })

  it('examines again when a byte has changed', async () => {
    await run()
    disk.delete('/work/program/scene.blend')
    file('/home/ann/film/scene.blend', 'another')
    await run()
    expect(asked).toHaveLength(2)
  })

  it('lays what a file refers to, and what that refers to in turn', async () => {
    file('/home/ann/film/lib/rig.blend')
    file('/mnt/textures/wood.png')
    const needs = [
      { path: '/home/ann/film/lib/rig.blend', as: 'lib/rig.blend' },
      { path: '/mnt/textures/wood.png', as: 'outside/wood.png' },
    ]
    answer = (inputs) => ({ ...nothing, needs: needs.slice(0, inputs.length) })
    await run()
    expect(asked.at(-1)?.map(({ as, present }) => [as, present])).toEqual([
      ['scene.blend', true],
      ['lib/rig.blend', true],
      ['outside/wood.png', true],
    ])
    expect(disk.has('/work/program/outside/wood.png')).toBe(true)
  })

  it('tells the application what is missing, and refuses with its words', async () => {
    answer = (inputs) =>
      inputs.length === 1
        ? { ...nothing, needs: [{ path: '/home/ann/film/gone.png', as: 'gone.png' }] }
        : { ...nothing, problems: [{ code: 'FILE_MISSING', message: 'gone.png is missing.', remedy: 'Find it.' }] }
    await expect(run()).rejects.toMatchObject({ code: 'FILE_MISSING', message: 'gone.png is missing.' })
    expect(asked.at(-1)?.[1]).toMatchObject({ as: 'gone.png', present: false, withheld: false })
  })

  it.each([
    '/home/ann/.ssh/id_ed25519',
    '/etc/shadow',
    '/home/ann/film/notes.txt',
    '/home/ann/film/.golem/key',
    '/home/ann/film/.private/photo.png',
    '/home/ann/film/../key',
    '/home/ann/film/server.pem',
    '/home/ann/film/png',
  ])(
    'takes nothing that its application does not draw in, no key and nothing hidden, and says so: %s',
    async (path) => {
      file(path)
      answer = (inputs) => (inputs.length === 1 ? { ...nothing, needs: [{ path, as: 'outside/x' }] } : nothing)
      await run()
      expect(asked.at(-1)?.[1]).toMatchObject({ as: 'outside/x', present: false, withheld: true })
      expect(disk.has('/work/job/outside/x')).toBe(false)
    },
  )

  it('takes what its application draws in, however its ending is written', async () => {
    file('/mnt/textures/Wood.PNG')
    answer = (inputs) =>
      inputs.length === 1 ? { ...nothing, needs: [{ path: '/mnt/textures/Wood.PNG', as: 'outside/x' }] } : nothing
    await run()
    expect(asked.at(-1)?.[1]).toMatchObject({ present: true, withheld: false })
  })

  it('gives up on files that refer to ever more files', async () => {
    answer = (inputs) => {
      file(`/home/ann/film/${inputs.length}.blend`)
      return { ...nothing, needs: [{ path: `/home/ann/film/${inputs.length}.blend`, as: `${inputs.length}.blend` }] }
    }
    await expect(run()).rejects.toMatchObject({ code: 'INPUTS_TOO_MANY' })
  })
})
