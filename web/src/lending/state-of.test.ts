import { exampleLending } from '@golem/api/examples'
import { expect, it } from 'vitest'
import { doingOf } from './state-of.ts'

const { provider, now } = exampleLending
if (now === null) throw new Error('the example lends')
const idle = { ...provider, state: 'idle' as const, activities: [] }
const open = { ...now, state: 'open' as const, gate: 'open' as const }
const view = (change: Partial<typeof exampleLending>) => ({ ...exampleLending, now: open, provider: idle, ...change })

it('names one state, and the one that matters most', () => {
  const activity = { requestor: '0x1', app: 'blender', running: 1, delivered: 0, accepted: 0, earnedWei: '0' }
  expect(doingOf(view({ now: null }), null)).toBe('off')
  expect(doingOf(view({}), null)).toBe('waiting')
  expect(doingOf(view({}), 1_000)).toBe('disk-full')
  expect(doingOf(view({ provider: { ...idle, activities: [activity] } }), 1_000)).toBe('working')
  expect(doingOf(view({ now: { ...open, state: 'here', gate: 'closed' } }), null)).toBe('here')
  expect(doingOf(view({ provider: { ...idle, state: 'failed' } }), null)).toBe('failed')
  expect(doingOf(view({ now: { ...open, state: 'off', gate: 'off' } }), null)).toBe('off')
})
