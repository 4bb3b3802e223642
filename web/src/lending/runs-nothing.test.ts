import { expect, it } from 'vitest'
import { runsNothing } from './runs-nothing.ts'

const nobody = { apps: [], authors: [], requestors: [] }
const someone = `0x${'1a'.repeat(20)}`

it('tells when nothing that is named or certified could run', () => {
  const rules = { allow: nobody, validators: [] }
  expect(runsNothing({ ...rules, run: 'any' })).toBe(false)
  expect(runsNothing({ ...rules, run: 'listed' })).toBe(true)
  expect(runsNothing({ ...rules, run: 'certified' })).toBe(true)
  expect(runsNothing({ ...rules, run: 'certified', validators: [someone] })).toBe(false)
  expect(runsNothing({ ...rules, run: 'listed', validators: [someone] })).toBe(true)
  expect(runsNothing({ ...rules, run: 'listed', allow: { ...nobody, apps: ['blender'] } })).toBe(false)
  expect(runsNothing({ ...rules, run: 'certified', allow: { ...nobody, authors: [someone] } })).toBe(false)
})
