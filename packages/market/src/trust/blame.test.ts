import { asAddress } from '@golem/protocol'
import { expect, it } from 'vitest'
import { blame } from './blame.ts'

const [ada, bob, cleo] = ['a1', 'b2', 'c3'].map((byte) => asAddress(`0x${byte.repeat(20)}`))
type Who = NonNullable<typeof ada>
const failed = (provider?: Who) => ({ provider: provider as Who, how: 'failed' as const })

it('blames nobody before somebody could do it', () => {
  expect(blame([failed(ada), failed(bob)])).toEqual({ on: 'nobody' })
})

it('blames a job that fails everywhere', () => {
  expect(blame([failed(ada), failed(bob), failed(cleo)])).toEqual({ on: 'job' })
  expect(blame([failed(ada), failed(ada), failed(ada)])).toEqual({ on: 'nobody' })
})

it('blames those who failed at what another did', () => {
  const done = { provider: cleo as Who, how: 'accepted' as const }
  expect(blame([failed(ada), failed(bob), done])).toEqual({ on: 'providers', providers: [ada, bob] })
  expect(blame([failed(cleo), done])).toEqual({ on: 'nobody' })
})
