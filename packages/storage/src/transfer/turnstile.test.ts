import { expect, it } from 'vitest'
import { turnstile } from './turnstile.ts'

const never = new AbortController().signal

it('lets so many through for each key, and the others in their order', async () => {
  const gate = turnstile(2)
  const seen: string[] = []
  const leaves = await Promise.all([gate.enter('a', never), gate.enter('a', never), gate.enter('b', never)])
  const third = gate.enter('a', never).then((leave) => {
    seen.push('third')
    return leave
  })
  const fourth = gate.enter('a', never).then((leave) => {
    seen.push('fourth')
    return leave
  })
  await Promise.resolve()
  expect(seen).toEqual([])
  leaves[0]?.()
  leaves[0]?.()
  await third
  expect(seen).toEqual(['third'])
  leaves[1]?.()
  ;(await third)()
  ;(await fourth)()
  expect(seen).toEqual(['third', 'fourth'])
})

it('drops from the line who gives up', async () => {
  const gate = turnstile(1)
  const leave = await gate.enter('a', never)
  const control = new AbortController()
  const waiting = gate.enter('a', control.signal)
  const next = gate.enter('a', never)
  control.abort(new Error('enough'))
  await expect(waiting).rejects.toThrow('enough')
  await expect(gate.enter('a', control.signal)).rejects.toThrow('enough')
  leave()
  ;(await next)()
})
