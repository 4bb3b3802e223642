import { expect, it } from 'vitest'
import { commandFor } from './open-url.ts'

it('asks the desktop that there is', () => {
  expect(commandFor('darwin', {})).toEqual(['open'])
  expect(commandFor('linux', { WAYLAND_DISPLAY: 'wayland-0' })).toEqual(['xdg-open'])
  expect(commandFor('linux', { DISPLAY: '' })).toBeNull()
})
