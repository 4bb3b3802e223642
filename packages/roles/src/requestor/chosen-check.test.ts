import { hashText, type Plan } from '@golem/protocol'
import { expect, it } from 'vitest'
import { manifest } from '../../test/squares-app.ts'
import { checkWords, chosenCheck, jobCheckOf } from './chosen-check.ts'

const renderer = { name: 'renderer', manifest }
const module = {
  name: 'module',
  manifest: { ...manifest, runtime: { kind: 'wasm', module: null, interface: 'command' } },
} as const
const planOf = (check?: Plan['check']): Plan => ({
  subtasks: [],
  groups: [],
  finish: false,
  ...(check ? { check } : {}),
})
const crops = { kind: 'crops', crops: 1, share: 0.04 } as const

it('keeps the application’s own check where nobody asks for more', () => {
  expect(chosenCheck(renderer, planOf(), undefined)).toEqual({
    strategy: { kind: 'custom' },
    by: 'application',
    share: 1,
  })
  expect(chosenCheck(renderer, planOf(crops), undefined)).toEqual({ strategy: crops, by: 'application', share: 1 })
  const exact = { strategy: { kind: 'exact' }, by: 'daemon', share: 0.1 }
  expect(chosenCheck(module, planOf({ kind: 'exact', share: 0.1 }), undefined)).toEqual(exact)
  expect(jobCheckOf(planOf({ kind: 'exact', share: 0.1 }))).toEqual(exact)
})

it('takes more of it', () => {
  expect(chosenCheck(renderer, planOf(crops), { kind: 'crops', crops: 4 })).toMatchObject({
    strategy: { ...crops, crops: 4 },
  })
  expect(chosenCheck(renderer, planOf(crops), { kind: 'exact' })).toMatchObject({
    strategy: { kind: 'exact' },
    by: 'application',
  })
  const exact = planOf({ kind: 'exact', share: 0.1 })
  expect(chosenCheck(module, exact, { kind: 'exact', share: 0.5 })).toMatchObject({ share: 0.5 })
  expect(chosenCheck(module, exact, { kind: 'exact', share: 0.01 })).toMatchObject({ share: 0.1 })
  expect(chosenCheck(module, planOf(), { kind: 'exact' })).toMatchObject({ by: 'daemon', share: 1 })
})

it.each([
  ['fewer crops', planOf({ ...crops, crops: 3 }), { kind: 'crops', crops: 2 }, 'CHECK_WEAKER'],
  ['a weaker kind', planOf(crops), { kind: 'custom' }, 'CHECK_WEAKER'],
  ['crops of what has none', planOf(), { kind: 'crops', crops: 2 }, 'CHECK_UNSUITED'],
  ['bits of what may give others each time', planOf(), { kind: 'exact' }, 'CHECK_UNSUITED'],
  ['an application that checks nothing', planOf({ kind: 'none' }), undefined, 'CHECK_NOT_SAID'],
] as const)('refuses %s', (_what, plan, asked, code) => {
  expect(() => chosenCheck(renderer, plan, asked)).toThrow(expect.objectContaining({ code }))
})

it('has replicas agree on bits, or on what the application says is alike, and never on graphics cards', () => {
  const asked = { kind: 'replicate', agreeing: 2, copies: 3 } as const
  const digest = async () => ({ digest: hashText('pixels') })
  expect(chosenCheck(module, planOf(), asked)).toEqual({ strategy: asked, by: 'replicas', share: 1 })
  expect(chosenCheck({ ...renderer, digest }, planOf(crops), asked)).toMatchObject({ by: 'replicas' })
  const onGpu = { ...renderer, digest, manifest: { ...manifest, gpu: true } }
  for (const app of [renderer, onGpu])
    expect(() => chosenCheck(app, planOf(crops), asked)).toThrow(expect.objectContaining({ code: 'CHECK_UNSUITED' }))
})

it('checks nothing where a person said so, and says so to people', () => {
  const none = chosenCheck(renderer, planOf(crops), { kind: 'none' })
  expect(none).toEqual({ strategy: { kind: 'none' }, by: 'nobody', share: 0 })
  expect(checkWords(none)).toBe('none: results are taken unseen')
})
