import { exampleLending } from '@golem/api/examples'
import { expect, it } from 'vitest'
import { doingOf } from './state-of.ts'

const { provider, now } = exampleLending
if (now === null) throw new Error('the example lends')
const idle = { ...provider, state: 'idle' as const, activities: [] }
const activity = { requestor: '0x1', app: 'blender', running: 1, delivered: 0, accepted: 0, earnedWei: '0' }
const working = { ...provider, state: 'working' as const, activities: [activity] }
const open = { ...now, state: 'open' as const, gate: 'open' as const }
const view = (change: Partial<typeof exampleLending>) => ({ ...exampleLending, now: open, provider: idle, ...change })

it('names one state, and the one that matters most', () => {
  expect(doingOf(view({ now: null }), undefined)).toBe('off')
  expect(doingOf(view({}), undefined)).toBe('waiting')
  expect(doingOf(view({ provider: working }), undefined)).toBe('working')
  expect(doingOf(view({ now: { ...open, state: 'here', gate: 'closed' } }), undefined)).toBe('here')
  expect(doingOf(view({ provider: { ...idle, state: 'failed' } }), undefined)).toBe('failed')
  expect(doingOf(view({ now: { ...open, state: 'off', gate: 'off' } }), undefined)).toBe('off')
})

it('says that work stands still where it does, and that it computes where it goes on beside its owner', () => {
  for (const state of ['paused', 'here', 'busy', 'out-of-schedule', 'on-battery', 'metered'] as const)
    expect(doingOf(view({ now: { ...open, state, gate: 'frozen' }, provider: working }), undefined)).toBe(state)
  expect(doingOf(view({ now: { ...open, state: 'here', gate: 'closed' }, provider: working }), undefined)).toBe(
    'working',
  )
})

it('is out of disk from where on programs are ended, and not before', () => {
  const reservedDiskBytes = 1024 ** 3
  for (const [freeDiskBytes, expected] of [
    [reservedDiskBytes - 1, 'disk-full'],
    [reservedDiskBytes, 'working'],
  ] as const)
    expect(doingOf(view({ provider: working }), { freeDiskBytes, reservedDiskBytes })).toBe(expected)
})
