import { expect, test } from 'vitest'
import { missingPackages } from './missing-packages.mjs'

const linux = { os: 'linux', cpu: 'x64', libc: 'glibc' }
const asked = (entry: object) => ({
  packages: { '': {}, 'packages/api': {}, 'node_modules/a': { version: '1.0.0', ...entry } },
})
const nothing = { packages: {} }

test('a package that is not installed is missing', () => {
  expect(missingPackages(asked({}), nothing, linux)).toEqual(['a'])
})

test('another version, or other bytes of the same version, is missing', () => {
  const wanted = asked({ integrity: 'sha512-x' })
  const having = (version: string, integrity: string) => ({ packages: { 'node_modules/a': { version, integrity } } })
  expect(missingPackages(wanted, having('1.0.0', 'sha512-x'), linux)).toEqual([])
  expect(missingPackages(wanted, having('1.0.1', 'sha512-x'), linux)).toEqual(['a'])
  expect(missingPackages(wanted, having('1.0.0', 'sha512-y'), linux)).toEqual(['a'])
})

test('an optional package of this platform is missing, though npm dropped it silently', () => {
  expect(missingPackages(asked({ optional: true, os: ['linux'], cpu: ['x64'] }), nothing, linux)).toEqual(['a'])
  expect(missingPackages(asked({ optional: true, os: 'linux', cpu: 'x64' }), nothing, linux)).toEqual(['a'])
  expect(missingPackages(asked({ optional: true, os: ['!win32'] }), nothing, linux)).toEqual(['a'])
})

test.each([
  { os: ['darwin'], cpu: ['x64'] },
  { os: ['linux'], cpu: ['arm64'] },
  { os: ['linux'], cpu: ['x64'], libc: ['musl'] },
  { os: ['!linux'] },
  { cpu: ['wasm32'] },
  {},
])('an optional package for %o is not missed', (fields) => {
  expect(missingPackages(asked({ optional: true, ...fields }), nothing, linux)).toEqual([])
})

test('packages inside a workspace and inside a package go by their own names', () => {
  const lock = {
    packages: {
      'packages/cli/node_modules/@x/b': { version: '1.0.0' },
      'node_modules/a/node_modules/c': { version: '1.0.0' },
    },
  }
  expect(missingPackages(lock, nothing, linux)).toEqual(['@x/b', 'c'])
})
