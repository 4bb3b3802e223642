import { asBytes32 } from '@golem/protocol'
import { expect, it } from 'vitest'
import { compareHow } from './compare-how.ts'

const avx2 = asBytes32(`0x${'a2'.repeat(32)}`)
const sse = asBytes32(`0x${'55'.repeat(32)}`)

it("reproduces the provider's class where it can", () => {
  const how = compareHow({ providerClass: sse, checkerClasses: [avx2, sse], tolerance: { detection: 0.8 } })
  expect(how).toEqual({ kind: 'exact', as: sse, detection: 1 })
})

it('is tolerant as the last resort, and says nothing where nothing is known', () => {
  const apart = { providerClass: avx2, checkerClasses: [sse] }
  expect(compareHow({ ...apart, tolerance: { detection: 0.8 } })).toEqual({ kind: 'tolerant', detection: 0.8 })
  expect(compareHow({ ...apart, tolerance: null })).toEqual({ kind: 'elsewhere' })
})
