import { expect, it } from 'vitest'
import { memoryClock } from './clock.ts'

it('wakes sleepers in the order of their time, and those who sleep again on the way', async () => {
  const clock = memoryClock(1_000)
  const seen: string[] = []
  const twice = async () => {
    await clock.sleep(10)
    seen.push(`first ${clock.now()}`)
    await clock.sleep(10)
    seen.push(`second ${clock.now()}`)
  }
  const both = Promise.all([twice(), clock.sleep(15).then(() => seen.push(`between ${clock.now()}`))])
  await clock.advance(5)
  expect(seen).toEqual([])
  await clock.advance(100)
  await both
  expect(seen).toEqual(['first 1010', 'between 1015', 'second 1020'])
  expect(clock.now()).toBe(1_105)
  expect(clock.sleepers()).toBe(0)
})

it('wakes an aborted sleeper with the reason', async () => {
  const clock = memoryClock()
  const control = new AbortController()
  const sleeping = clock.sleep(10, { signal: control.signal })
  control.abort(new Error('enough'))
  await expect(sleeping).rejects.toThrow('enough')
  await expect(clock.sleep(10, { signal: control.signal })).rejects.toThrow('enough')
  expect(clock.sleepers()).toBe(0)
})
