import { expect, it } from 'vitest'
import { type ProvidersAt, whyWaiting } from './why-waiting.ts'

const nobody: ProvidersAt = { unfunded: 0, paused: 0, notLending: 0, connecting: 0, silent: 0, excluded: 0 }
const words = (at: Partial<ProvidersAt>) => whyWaiting('no-workers', { ...nobody, ...at })

it('tells locking money from signing, from being refused and from being left', () => {
  expect(words({ unfunded: 1 })).toBe('money is being locked for the providers')
  expect(words({ connecting: 2 })).toBe('agreements are being signed')
  expect(words({ paused: 1 })).toBe('the provider refused work a moment ago and will be asked again')
  expect(words({ notLending: 1 })).toBe('the provider takes no work at the moment; others are being asked')
  expect(words({ notLending: 2 })).toBe('2 providers take no work at the moment; others are being asked')
  expect(words({ silent: 2 })).toBe('2 providers fell silent; others are being asked')
  expect(words({ excluded: 1 })).toBe('the provider in sight is left out of this job; others are being asked')
  expect(words({ excluded: 3 })).toBe('3 providers in sight are left out of this job; others are being asked')
  expect(words({})).toBe('no provider is in sight; others are being asked')
})

it('names what is nearest to an end', () => {
  expect(words({ excluded: 1, silent: 1, paused: 1, connecting: 1, unfunded: 1 })).toMatch(/money/)
  expect(words({ excluded: 1, silent: 1, paused: 1 })).toMatch(/refused/)
})

it('says nothing where work is under way', () => {
  expect([whyWaiting('busy', nobody), whyWaiting(null, nobody)]).toEqual([null, null])
  expect(whyWaiting('budget', nobody)).toMatch(/budget/)
})
