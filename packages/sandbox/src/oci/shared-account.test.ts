import { expect, it } from 'vitest'
import { sharedAccount } from './shared-account.ts'

it('names what all hold to the one that holds most, and to nobody else', () => {
  const account = sharedAccount(() => 100)
  expect(account.hold('small', 30)).toBeNull()
  expect(account.hold('large', 60)).toBeNull()
  expect(account.hold('small', 50)).toBeNull()
  expect(account.hold('large', 60)).toEqual({ allowed: 100, used: 110 })
  account.release('large')
  expect(account.hold('small', 99)).toBeNull()
})

it('asks for the bound at each look', () => {
  let allowed = 100
  const account = sharedAccount(() => allowed)
  expect(account.hold('one', 90)).toBeNull()
  allowed = 80
  expect(account.hold('one', 90)).toEqual({ allowed: 80, used: 90 })
})
