import { curveCompliance } from '@golem/protocol/testing'
import { expect, it } from 'vitest'
import { nativeCurve } from './native-curve.ts'

const { curve, isNative } = nativeCurve()
/** What the package brings builds for. */
const BUILT = ['linux-x64', 'darwin-arm64', 'win32-x64']

it('is native where there is a build', () => {
  expect(isNative).toBe(BUILT.includes(`${process.platform}-${process.arch}`))
})

curveCompliance('native', curve)
