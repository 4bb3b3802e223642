import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type AllocationInput, allocate, type Worker } from './allocate.ts'

const SECOND = 1_000_000
const PRICE = 3_600_000_000n

const worker = (agreement: string, over: Partial<Worker> = {}): Worker => ({
  agreement,
  channel: `channel of ${agreement}`,
  cores: 1,
  fetchMs: 0,
  msPerUnit: 1 / 1_000,
  pricePerCoreHourWei: PRICE,
  accepted: 0,
  unsettled: 0,
  outstandingWei: 0n,
  unpaidLimitWei: 10n ** 30n,
  provenLeftWei: 10n ** 30n,
  ...over,
})
const input = (over: Partial<AllocationInput>): AllocationInput => ({
  nowMs: 0,
  waiting: [],
  running: [],
  delivered: new Set(),
  workers: [],
  budgetLeftWei: 10n ** 30n,
  ...over,
})
const tasks = (count: number, units = SECOND) =>
  Array.from({ length: count }, (_, i) => ({ id: `t${i}`, units, failedOn: [] as string[] }))

describe('allocate', () => {
  it('gives every core a subtask, and each provider one more to begin next', () => {
    const { assign } = allocate(input({ waiting: tasks(10), workers: [worker('a', { cores: 2 }), worker('b')] }))
    expect(assign.filter((entry) => entry.agreement === 'a')).toHaveLength(3)
    expect(assign.filter((entry) => entry.agreement === 'b')).toHaveLength(2)
  })

  it('gives no two copies of the same to one provider, and none to who has one', () => {
    const copy = (id: string, family: string, heldBy: string[] = []) => ({
      ...{ id, units: SECOND, failedOn: [] },
      copyOf: { family, heldBy },
    })
    const workers = [worker('a', { cores: 4 }), worker('b', { cores: 4 })]
    const waiting = [copy('t1', 't'), copy('t2', 't'), copy('t3', 't'), copy('u2', 'u', ['a'])]
    const { assign } = allocate(input({ waiting, workers }))
    expect(assign.map(({ subtask }) => subtask)).toEqual(['t1', 't2', 'u2'])
    expect(new Set(assign.slice(0, 2).map(({ agreement }) => agreement)).size).toBe(2)
    expect(assign.at(-1)?.agreement).toBe('b')
  })

  it('lets short ones wait at a provider by the time they take, as many as it has shown that it does', () => {
    const given = (units: number, over: Partial<Worker>) =>
      allocate(input({ waiting: tasks(400, units), workers: [worker('a', over)] })).assign.length
    const MS = SECOND / 1_000
    expect(given(MS, { accepted: 0 })).toBe(2)
    expect(given(MS, { accepted: 4 })).toBe(10)
    // Half a second of work, and none of what takes long beside a round trip.
    expect(given(2 * MS, { accepted: 1_000 })).toBe(250)
    expect(given(10 * MS, { accepted: 1_000, cores: 2 })).toBe(100)
    expect(given(60 * MS, { accepted: 1_000 })).toBe(2)
    // A far or busy provider, which looks slow while it gets them one by one.
    expect(given(MS, { accepted: 4, msPerUnit: 250 / 1_000 })).toBe(2)
    expect(given(MS, { accepted: 4, msPerUnit: 80 / 1_000 })).toBe(6)
    // What is delivered and not judged counts: the provider takes no more than its limit.
    expect(given(MS, { accepted: 1_000, unsettled: 880 })).toBe(20)
    expect(given(MS, { accepted: 1_000, unsettled: 900 })).toBe(0)
  })

  it('fills up who has little short work left, and nobody for one that was done', () => {
    const MS = SECOND / 1_000
    const given = (held: number) => {
      const running = Array.from({ length: held }, (_, i) => {
        return { subtask: `r${i}`, agreement: 'a', units: MS, startedAtMs: null, fraction: 0 }
      })
      return allocate(input({ waiting: tasks(400, MS), running, workers: [worker('a', { accepted: 1_000 })] })).assign
        .length
    }
    expect(given(499)).toBe(0)
    expect(given(251)).toBe(0)
    expect(given(249)).toBe(251)
  })

  it('leaves work where its inputs are, for as long as fetching them elsewhere takes longer', () => {
    const [near, far] = [worker('near'), worker('far', { fetchMs: 2_500, msPerUnit: 0.9 / 1_000 })]
    const given = (count: number) =>
      allocate(input({ waiting: tasks(count), workers: [far, near] })).assign.map(({ agreement }) => agreement)
    expect(given(1)).toEqual(['near'])
    // The second one begins where the first ends; the fourth would end later there than after a fetch.
    expect(given(3)).toEqual(['near', 'near'])
    expect(given(4)).toEqual(['near', 'near', 'far'])
  })

  it('asks for a second attempt first where the inputs are', () => {
    const running = [{ subtask: 'r', agreement: 'lost', units: SECOND, startedAtMs: 0, fraction: 0 }]
    const workers = [worker('far', { fetchMs: 500, msPerUnit: 0.5 / 1_000 }), worker('near')]
    const { assign } = allocate(input({ nowMs: 60_000, running, workers }))
    expect(assign.map(({ agreement }) => agreement)).toEqual(['near'])
  })

  it('keeps the last subtask from a provider that would end later than a busy fast one', () => {
    const slow = worker('slow', { msPerUnit: 10 / 1_000 })
    const fast = worker('fast')
    const running = [{ subtask: 'r', agreement: 'fast', units: SECOND, startedAtMs: 0, fraction: 0 }]
    const { assign } = allocate(input({ waiting: tasks(1), running, workers: [slow, fast] }))
    expect(assign).toEqual([])
  })

  it('asks whoever failed at a subtask again only where there is no other', () => {
    const waiting = [{ id: 't', units: SECOND, failedOn: ['a'] }]
    const { assign } = allocate(input({ waiting, workers: [worker('a'), worker('b', { msPerUnit: 9 / 1_000 })] }))
    expect(assign.map((entry) => entry.agreement)).toEqual(['b'])
    expect(allocate(input({ waiting, workers: [worker('a')] })).assign).toHaveLength(1)
  })

  it('gives the attempt with the longest remainder a second provider when nothing waits', () => {
    const running = [
      { subtask: 'late', agreement: 'slow', units: SECOND, startedAtMs: -2_000, fraction: 0.2 },
      { subtask: 'later', agreement: 'slow', units: SECOND, startedAtMs: -2_000, fraction: 0.11 },
    ]
    const { assign } = allocate(input({ running, workers: [worker('slow', { cores: 2 }), worker('fast')] }))
    expect(assign).toMatchObject([{ subtask: 'later', agreement: 'fast', speculative: true }])
  })

  it('gives what a provider has that lost its connection a second one at once', () => {
    const running = [{ subtask: 'r', agreement: 'gone', units: SECOND, startedAtMs: 0, fraction: 0.9 }]
    expect(allocate(input({ running, workers: [worker('b')] })).assign).toMatchObject([{ agreement: 'b' }])
  })

  it('tries nothing again that was delivered and waits for its check', () => {
    const running = [{ subtask: 'r', agreement: 'slow', units: SECOND, startedAtMs: -9_000, fraction: 0 }]
    const workers = [worker('slow'), worker('fast')]
    expect(allocate(input({ running, workers })).assign).toHaveLength(1)
    expect(allocate(input({ running, workers, delivered: new Set(['r']) })).assign).toEqual([])
  })

  it('starts no second attempt that would not win', () => {
    const running = [{ subtask: 'r', agreement: 'a', units: SECOND, startedAtMs: -500, fraction: 0.5 }]
    expect(allocate(input({ running, workers: [worker('a'), worker('b')] })).assign).toEqual([])
  })

  it('gives the work of a provider that is late to others, however fast it is said to be', () => {
    const liar = worker('liar', { msPerUnit: 1 / 4_000 })
    const running = [{ subtask: 'r', agreement: 'liar', units: SECOND, startedAtMs: 0, fraction: 0.99 }]
    const at = (nowMs: number) => allocate(input({ nowMs, waiting: tasks(2), running, workers: [liar, worker('b')] }))
    expect(at(100).assign.map((entry) => entry.agreement)).not.toContain('b')
    expect(at(60_000).assign.map((entry) => entry.agreement)).toContain('b')
  })

  it('leaves nothing to a fast provider that cannot be given it', () => {
    for (const held of [{ provenLeftWei: 0n }, { outstandingWei: 1n, unpaidLimitWei: 1n }]) {
      const fast = worker('fast', { msPerUnit: 1 / 4_000, cores: 8, ...held })
      const { assign } = allocate(input({ waiting: tasks(1), workers: [fast, worker('b')] }))
      expect(assign).toMatchObject([{ agreement: 'b' }])
    }
  })

  it('promises the credit of one channel once', () => {
    const shared = { channel: 'one', provenLeftWei: PRICE / 3_600n }
    const { assign } = allocate(input({ waiting: tasks(4), workers: [worker('a', shared), worker('b', shared)] }))
    expect(assign).toHaveLength(1)
  })

  it('says what holds the work back', () => {
    const blocked = (over: Partial<AllocationInput>) => allocate(input({ waiting: tasks(1), ...over })).block
    expect(blocked({})).toBe('no-workers')
    expect(blocked({ workers: [worker('a')], budgetLeftWei: 1n })).toBe('budget')
    expect(blocked({ workers: [worker('a', { provenLeftWei: 1n })] })).toBe('funding')
    expect(blocked({ workers: [worker('a', { outstandingWei: 5n, unpaidLimitWei: 5n })] })).toBe('unpaid-limit')
  })

  it('never promises more than budget, lock or unpaid limit allow', () => {
    const workers = fc.array(
      fc.record({
        cores: fc.integer({ min: 1, max: 4 }),
        msPerUnit: fc.double({ min: 1e-4, max: 1e-1, noNaN: true }),
        provenLeftWei: fc.bigInt(0n, 20_000_000n),
        unpaidLimitWei: fc.bigInt(0n, 20_000_000n),
      }),
      { minLength: 1, maxLength: 6 },
    )
    const units = fc.array(fc.integer({ min: 1, max: 5 * SECOND }), { maxLength: 30 })
    fc.assert(
      fc.property(workers, units, fc.bigInt(0n, 30_000_000n), (shapes, sizes, budgetLeftWei) => {
        const hired = shapes.map((shape, i) => worker(`w${i}`, shape))
        const waiting = sizes.map((size, i) => ({ id: `t${i}`, units: size, failedOn: [] }))
        const { assign } = allocate(input({ waiting, workers: hired, budgetLeftWei }))
        const total = assign.reduce((sum, entry) => sum + entry.priceWei, 0n)
        expect(total <= budgetLeftWei).toBe(true)
        expect(new Set(assign.map((entry) => entry.subtask)).size).toBe(assign.length)
        for (const { agreement, provenLeftWei, unpaidLimitWei, cores } of hired) {
          const mine = assign.filter((entry) => entry.agreement === agreement)
          const sum = mine.reduce((all, entry) => all + entry.priceWei, 0n)
          expect(sum <= provenLeftWei).toBe(true)
          expect(mine.length <= 1 || sum <= unpaidLimitWei).toBe(true)
          expect(mine.length).toBeLessThanOrEqual(cores + 1)
        }
      }),
    )
  })

  it('ends within a fifth of the fastest possible time on machines of different speed', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 8 }), { minLength: 2, maxLength: 5 }),
        fc.integer({ min: 40, max: 80 }),
        (speeds, count) => {
          const hired = speeds.map((speed, i) => worker(`w${i}`, { msPerUnit: 1 / 1_000 / speed }))
          const ideal = (count * 1_000) / speeds.reduce((sum, speed) => sum + speed, 0)
          expect(simulate(hired, count)).toBeLessThan(ideal * 1.2 + 1_000 / Math.min(...speeds))
        },
      ),
    )
  })
})

/** Runs the allocation to the end, every provider at exactly its speed; the time of the last completion. */
function simulate(workers: Worker[], count: number): number {
  const waiting = tasks(count)
  const running: { subtask: string; agreement: string; units: number; startedAtMs: number; endMs: number }[] = []
  let nowMs = 0
  while (waiting.length > 0 || running.length > 0) {
    const view = running.map((entry) => ({ ...entry, fraction: 0 }))
    for (const { subtask, agreement, speculative } of allocate(input({ nowMs, waiting, running: view, workers }))
      .assign) {
      if (speculative) continue
      const hired = workers.find((entry) => entry.agreement === agreement)
      const busyUntil = Math.max(nowMs, ...running.filter((entry) => entry.agreement === agreement).map((e) => e.endMs))
      const index = waiting.findIndex((task) => task.id === subtask)
      waiting.splice(index, 1)
      running.push({
        subtask,
        agreement,
        units: SECOND,
        startedAtMs: busyUntil,
        endMs: busyUntil + SECOND * (hired?.msPerUnit ?? 1),
      })
    }
    running.sort((a, b) => a.endMs - b.endMs)
    nowMs = running.shift()?.endMs ?? nowMs
  }
  return nowMs
}
