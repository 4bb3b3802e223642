import { expect, it } from 'vitest'
import { isNewImage, NO_IMAGE, newImageOf } from './new-image.ts'

const layout = { ...NO_IMAGE, name: 'tools', folder: '/layout' }
const rootfs = { ...layout, of: 'rootfs' as const, command: ' /bin/python3  -c x ', env: 'A=1 B=x=y' }

it('is a layout as it is, or a root file system with what runs in it', () => {
  expect(newImageOf(layout)).toEqual({ name: 'tools', layout: '/layout' })
  expect(newImageOf(rootfs)).toEqual({
    name: 'tools',
    rootfs: '/layout',
    command: ['/bin/python3', '-c', 'x'],
    env: { A: '1', B: 'x=y' },
    cwd: '/',
  })
})

it('needs a name, a whole path, and variables with names', () => {
  expect([layout, rootfs].map(isNewImage)).toEqual([true, true])
  for (const wrong of [{ name: 'No Name' }, { folder: 'layout' }, { env: '=x' }, { cwd: 'here' }])
    expect(isNewImage({ ...rootfs, ...wrong })).toBe(false)
})
