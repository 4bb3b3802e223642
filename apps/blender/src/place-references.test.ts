import type { LaidInput } from '@golem/sdk'
import { describe, expect, it } from 'vitest'
import { placeReferences } from './place-references.ts'
import type { Reference } from './worker-answers.ts'

const main: LaidInput = {
  path: '/home/mia/film/shot.blend',
  as: 'project/scene/shot.blend',
  present: true,
  withheld: false,
}
const reference = (path: string, resolved: string, more: Partial<Reference> = {}): Reference => ({
  kind: 'image',
  name: 'Picture',
  path,
  resolved,
  files: [resolved],
  owner: null,
  exists: false,
  usedBy: ['Clay'],
  ...more,
})

describe('placeReferences', () => {
  it('keeps what lies beside the file, so that its own path finds it', () => {
    const { files, remap } = placeReferences([reference('//tex/a.png', '/in/project/scene/tex/a.png')], [main])
    expect(files).toEqual([{ path: '/home/mia/film/tex/a.png', as: 'project/scene/tex/a.png' }])
    expect(remap).toEqual({})
  })
  it('keeps what lies one folder up', () => {
    const { files } = placeReferences([reference('//../tex/a.png', '/in/project/tex/a.png')], [main])
    expect(files).toEqual([{ path: '/home/mia/tex/a.png', as: 'project/tex/a.png' }])
  })
  it('puts an absolute path outside, and remaps it once it is there', () => {
    const wanted = reference('/stock/wood.png', '/stock/wood.png')
    const first = placeReferences([wanted], [main])
    expect(first.files).toEqual([
      { path: '/stock/wood.png', as: expect.stringMatching(/^outside\/[0-9a-f]{12}\/wood\.png$/) },
    ])
    expect(first.missing).toEqual([wanted])
    const [file] = first.files
    const second = placeReferences(
      [wanted],
      [main, { path: '/stock/wood.png', as: file?.as ?? '', present: true, withheld: false }],
    )
    expect(second.remap).toEqual({ '/stock/wood.png': `/in/${file?.as}` })
    expect(second.missing).toEqual([])
  })
  it('asks the owner of a texture that a remapped library brings', () => {
    const library: LaidInput = {
      path: '/stock/lib/ball.blend',
      as: 'outside/abc/ball.blend',
      present: true,
      withheld: false,
    }
    const texture = reference('//tex/b.png', '/in/outside/abc/tex/b.png', { owner: '/in/outside/abc/ball.blend' })
    expect(placeReferences([texture], [main, library]).files).toEqual([
      { path: '/stock/lib/tex/b.png', as: 'outside/abc/tex/b.png' },
    ])
  })
  it('lays every picture of a sequence, and is content when one is there', () => {
    const files = [1, 2].map((number) => `/in/project/scene/s_${number}.png`)
    const wanted = reference('//s_1.png', files[0] ?? '', { files })
    const laid: LaidInput[] = [
      main,
      { path: '/home/mia/film/s_1.png', as: 'project/scene/s_1.png', present: false, withheld: false },
      { path: '/home/mia/film/s_2.png', as: 'project/scene/s_2.png', present: true, withheld: false },
    ]
    const { files: placed, missing } = placeReferences([wanted], laid)
    expect(placed.map(({ path }) => path)).toEqual(['/home/mia/film/s_1.png', '/home/mia/film/s_2.png'])
    expect(missing).toEqual([])
  })
})
