import { parseGlm } from '@golem/protocol'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createGrid, type Grid } from '../grid.ts'
import { acknowledge, hostileProvider, type Script } from './hostile.ts'
import { begin, ended, until } from './jobs.ts'

describe('providers that hold a job up', () => {
  let grid: Grid
  beforeEach(() => {
    // A minute takes six seconds.
    grid = createGrid({ pace: 10 })
  })
  afterEach(() => grid.stop())

  const scripts: [string, Script][] = [
    ['takes work and never delivers', {}],
    ['claims to be the fastest and never delivers', { offer: { speed: 1_000, cores: 1 } }],
    ['claims a thousand cores and never delivers', { offer: { cores: 1_024, speed: 1_000 } }],
    [
      'claims a thousand cores, never delivers and never lets more be owed',
      { offer: { cores: 1_024, unpaidLimitWei: 0n } },
    ],
    [
      'works for nothing, with a thousand cores, and does nothing',
      { offer: { cores: 1_024, pricePerCoreHourWei: 0n } },
    ],
    ['signs and never says that it is funded', { offer: { cores: 1_024 }, onMessage: () => {} }],
    ['never answers the first message', { offer: { cores: 1_024 }, onOpen: () => {} }],
    [
      'refuses everything',
      {
        onMessage: async (message, talk) => {
          await acknowledge(message, talk)
          if (message.type === 'assign') {
            const reason = { code: 'NO', message: 'No.' }
            await talk.say({ type: 'refused', index: message.assignment.index, reason })
          }
        },
      },
    ],
    [
      'is always nearly done',
      {
        onMessage: async (message, talk) => {
          await acknowledge(message, talk)
          if (message.type === 'assign')
            await talk.say({ type: 'progress', index: message.assignment.index, fraction: 0.99, note: 'soon' })
        },
      },
    ],
    [
      'delivers what it never hands over',
      {
        onMessage: async (message, talk) => {
          await acknowledge(message, talk)
          if (message.type === 'assign')
            await talk.deliver(message.assignment.index, `bafkrei${'a'.repeat(52)}` as never)
        },
      },
    ],
    [
      'breaks its stream off again and again',
      {
        onMessage: async (message, talk) => {
          await acknowledge(message, talk)
          if (message.type === 'assign') talk.channel.abort()
        },
      },
    ],
  ]

  it.each(scripts)('is finished by another when one %s', async (_name, script) => {
    await hostileProvider(grid, script)
    const { requestor, node } = await grid.requestor()
    const { id } = await begin(requestor, node, 4)
    await until(requestor, id, (view) => view.state === 'running')
    await grid.provider({ price: '0.2' })
    const view = await ended(requestor, id, 50_000)
    expect(view).toMatchObject({ state: 'done', problem: null })
  })

  it('goes on while ten of them hold on to their work', async () => {
    for (let i = 0; i < 10; i += 1) await hostileProvider(grid, { offer: { speed: 1_000, cores: 8 } })
    await grid.provider({ price: '0.2', cores: 2 })
    const { requestor, node } = await grid.requestor()
    const { id } = await begin(requestor, node, 12, { budgetWei: parseGlm('1') })
    const view = await ended(requestor, id, 80_000)
    expect(view).toMatchObject({ state: 'done', problem: null })
  }, 90_000)
})
