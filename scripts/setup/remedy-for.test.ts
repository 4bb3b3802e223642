import { expect, test } from 'vitest'
import { remedyFor } from './remedy-for.mjs'

const facts = { platform: 'linux', manager: 'apt-get', isRoot: false, packages: ['blender', 'runc'] }

test('an ordinary user is told every command to run as root', () => {
  expect(remedyFor(facts)).toContain(
    'sudo apt-get update && sudo apt-get install -y --no-install-recommends blender runc',
  )
})

test('root is told the command without sudo', () => {
  expect(remedyFor({ ...facts, manager: 'dnf', isRoot: true })).toMatch(/\n {2}dnf install -y blender runc$/)
})

test.each(['dnf', 'pacman', 'zypper', 'apk'])('%s has its own command', (manager) => {
  expect(remedyFor({ ...facts, manager })).toMatch(new RegExp(`sudo ${manager} .*blender runc`))
})

test('an unknown system is told what is missing', () => {
  expect(remedyFor({ ...facts, manager: undefined })).toContain('blender and runc')
})

test('where there is no Linux, no command is promised that could not work', () => {
  const text = remedyFor({ ...facts, platform: 'darwin', manager: 'brew' })
  expect(text).toContain('needs Linux')
  expect(text).toContain('brew install --cask blender')
  expect(text).not.toContain('runc"')
})
