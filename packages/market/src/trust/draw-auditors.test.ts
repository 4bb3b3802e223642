import { asAddress, hashText } from '@golem/protocol'
import { describe, expect, it } from 'vitest'
import { AUDIT_SEATS, chooseAudits, drawAuditors } from './draw-auditors.ts'

const party = (n: number) => asAddress(`0x${n.toString(16).padStart(40, '0')}`)
const seedOf = (n: number) => hashText(`seed ${n}`)
const auditors = [1, 2, 3, 4].map((n) => ({ auditor: party(n), weightWei: BigInt(n === 4 ? 30 : 10) }))

describe('auditors', () => {
  it('are drawn by seed, each once, and never a party', () => {
    for (let n = 0; n < 50; n += 1) {
      const drawn = drawAuditors(auditors, { seed: seedOf(n), without: [party(2)] })
      expect(drawn).toHaveLength(AUDIT_SEATS)
      expect(new Set(drawn).size).toBe(AUDIT_SEATS)
      expect(drawn).not.toContain(party(2))
      expect(drawAuditors([...auditors].reverse(), { seed: seedOf(n), without: [party(2)] })).toEqual(drawn)
    }
  })

  it('are drawn first as often as they weigh', () => {
    const first = Array.from({ length: 600 }, (_, n) => drawAuditors(auditors, { seed: seedOf(n), without: [] })[0])
    const heavy = first.filter((auditor) => auditor === party(4)).length
    expect(Math.abs(heavy - 300)).toBeLessThan(60)
  })

  it('are as few as there are, where there are less than seats', () => {
    expect(drawAuditors(auditors.slice(0, 1), { seed: seedOf(0), without: [] })).toEqual([party(1)])
    expect(drawAuditors(auditors.slice(0, 1), { seed: seedOf(0), without: [party(1)] })).toEqual([])
    expect(drawAuditors([{ auditor: party(1), weightWei: 0n }], { seed: seedOf(0), without: [] })).toEqual([])
  })
})

describe('what is audited', () => {
  const work = (n: number, isRejected = false) => ({ seed: seedOf(n), isRejected, provider: party(n % 3) })
  const accepted = Array.from({ length: 1_000 }, (_, n) => work(n))

  it('is a share of what was accepted, and one at least', () => {
    expect(chooseAudits(accepted)).toHaveLength(5)
    expect(chooseAudits(accepted.slice(0, 3))).toHaveLength(1)
    expect(chooseAudits([])).toEqual([])
  })

  it('follows from the seeds alone, whatever the order', () => {
    expect(chooseAudits([...accepted].reverse())).toEqual(chooseAudits(accepted))
  })

  it('is one rejected delivery of each provider, before all that was accepted', () => {
    const rejected = [1_001, 1_002, 1_004].map((n) => work(n, true))
    const chosen = chooseAudits([...accepted, ...rejected])
    expect(chosen.slice(0, 2).map(({ isRejected }) => isRejected)).toEqual([true, true])
    expect(new Set(chosen.slice(0, 2).map(({ provider }) => provider)).size).toBe(2)
    expect(chosen).toHaveLength(7)
  })
})
