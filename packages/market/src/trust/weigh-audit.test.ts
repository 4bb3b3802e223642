import { asAddress, asBytes32 } from '@golem/protocol'
import { describe, expect, it } from 'vitest'
import { type WeighInput, weighAudit } from './weigh-audit.ts'

const hash = (byte: string) => asBytes32(`0x${byte.repeat(32)}`)
const party = (byte: string) => asAddress(`0x${byte.repeat(20)}`)
const [requestor, provider, ada, ben, eve] = ['01', '02', '0a', '0b', '0e'].map(party) as [
  WeighInput['requestor'],
  WeighInput['provider'],
  WeighInput['provider'],
  WeighInput['provider'],
  WeighInput['provider'],
]
const [YES, NO, OTHER] = [hash('11'), hash('22'), hash('33')]
const said = (by: typeof ada, output: typeof YES) => ({ by, output })
const weigh = (change: Partial<WeighInput>) =>
  weighAudit({
    ...{ requestor, provider, delivered: YES, isAccepted: true, isPlanted: false, own: null },
    ...{ words: [], seatsLeft: 2, isDeterministic: true },
    ...change,
  })

describe('an audit', () => {
  it('asks one auditor, and believes a yes to what was accepted', () => {
    expect(weigh({})).toMatchObject({ next: 'ask' })
    expect(weigh({ words: [said(ada, YES)] })).toEqual({ next: null, provider: 'right', wrong: [], right: [] })
    expect(weigh({ seatsLeft: 0 })).toEqual({ next: null, provider: null, wrong: [], right: [] })
  })

  it('is looked at here before anybody is blamed, and then by a second one', () => {
    expect(weigh({ words: [said(ada, NO)] })).toMatchObject({ next: 'compute' })
    expect(weigh({ isAccepted: false, words: [said(ada, YES)] })).toMatchObject({ next: 'compute' })
    expect(weigh({ own: NO, words: [said(ada, NO)] })).toMatchObject({ next: 'ask', provider: null })
  })

  it('convicts by two who agree with each other and with this node, on a runtime that is certified', () => {
    const agreed = { own: NO, words: [said(ada, NO), said(ben, NO)] }
    expect(weigh(agreed)).toEqual({ next: null, provider: 'penalise', wrong: [], right: [ada, ben] })
    expect(weigh({ ...agreed, isDeterministic: false })).toMatchObject({ provider: 'withhold' })
    expect(weigh({ own: NO, words: [said(ada, NO)], seatsLeft: 0 })).toMatchObject({ provider: 'withhold' })
  })

  it('asks a third one where one of two was shown to be wrong', () => {
    const one = { own: NO, words: [said(ada, NO), said(eve, YES)] }
    expect(weigh({ ...one, seatsLeft: 1 })).toMatchObject({ next: 'ask' })
    const all = [...one.words, said(ben, NO)]
    expect(weigh({ ...one, words: all, seatsLeft: 0 })).toEqual({
      ...{ next: null, provider: 'penalise', wrong: [eve], right: [ada, ben] },
    })
  })

  it('shows that who denounces is wrong: alone where a runtime gives the same everywhere, elsewhere against two', () => {
    const denounced = { own: YES, words: [said(eve, NO)], seatsLeft: 0 }
    expect(weigh(denounced)).toMatchObject({ provider: 'right', wrong: [eve] })
    expect(weigh({ ...denounced, isDeterministic: false })).toMatchObject({ provider: 'withhold', wrong: [] })
    const two = { ...denounced, isDeterministic: false, words: [said(eve, NO), said(ada, YES)] }
    expect(weigh(two)).toMatchObject({ provider: 'right', wrong: [eve], right: [ada] })
  })

  it('convicts nobody where two collude against what this node finds', () => {
    const colluded = { own: YES, words: [said(ada, NO), said(eve, NO)], seatsLeft: 0 }
    expect(weigh(colluded)).toMatchObject({ provider: 'right', wrong: [ada, eve] })
    expect(weigh({ ...colluded, isDeterministic: false })).toMatchObject({ provider: 'withhold', wrong: [] })
  })

  it('of what was planted is about the auditor alone: its output has to be what was found here', () => {
    const planted = { isPlanted: true, own: NO, words: [said(ada, NO)] }
    expect(weigh({ isPlanted: true, words: [said(ada, NO)] })).toMatchObject({ next: 'compute' })
    expect(weigh(planted)).toEqual({ next: null, provider: null, wrong: [], right: [ada] })
    for (const output of [YES, OTHER])
      expect(weigh({ ...planted, words: [said(eve, output)] })).toMatchObject({ provider: null, wrong: [eve] })
  })
})
