import { expect, it } from 'vitest'
import { loserOf } from './loser-of.ts'

it('takes more than half of all seats to convict; silence convicts nobody', () => {
  const loser = (convicting: number, seats: number) =>
    loserOf({ accuser: 'accuser', accused: 'accused', convicting, seats })
  expect([loser(5, 9), loser(4, 9), loser(9, 18), loser(10, 18), loser(0, 3)]).toEqual([
    ...['accused', 'accuser', 'accuser', 'accused', 'accuser'],
  ])
})
