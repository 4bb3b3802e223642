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
  expect(remedyFor({ ...facts, manager })).toMatch(new RegExp(`\\n {2}sudo ${manager} .*blender runc$`))
})

test('an unknown system is told what is missing', () => {
  expect(remedyFor({ ...facts, manager: undefined })).toContain('blender and runc')
})

test.each([
  [
    'darwin',
    'brew',
    /\n {2}brew install lima && limactl start .* limactl shell golem\n/,
    'brew install --cask blender',
  ],
  ['win32', undefined, /\n {2}wsl --install -d Debian\n/, 'winget install --exact --id BlenderFoundation.Blender'],
])(
  'on %s the exact command brings a Linux, and no runtime is promised that could not work',
  (platform, manager, linux, blender) => {
    const text = remedyFor({ ...facts, platform, manager })
    expect(text).toContain('needs Linux')
    expect(text).toMatch(linux)
    expect(text).toContain(blender)
    expect(text).not.toMatch(/install .*runc/)
  },
)

test('a system of another kind is told what it needs', () => {
  expect(remedyFor({ ...facts, platform: 'freebsd', manager: undefined })).toContain('needs Linux')
})
