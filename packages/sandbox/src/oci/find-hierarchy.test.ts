import { expect, it } from 'vitest'
import { ancestors } from './find-hierarchy.ts'

it('looks from the top of the tree down to its own group', () => {
  expect(ancestors('/')).toEqual(['/'])
  expect(ancestors('/user.slice/user-1000.slice')).toEqual(['/', '/user.slice', '/user.slice/user-1000.slice'])
})
