import { expect, test } from 'vitest'
import { missingPrograms } from './missing-programs.mjs'

const on = (...commands: string[]) => missingPrograms((command: string) => commands.includes(command))

test('nothing is missing where Blender and a runtime of the sandbox are', () => {
  expect(on('blender', 'chromium', 'crun')).toEqual([])
  expect(on('blender', 'chromium', 'runc')).toEqual([])
})

test('a runtime that the sandbox does not know is none', () => {
  expect(on('blender', 'chromium', 'runsc', 'podman')).toEqual(['runc', 'crun'])
})

test('all that is missing is named at once', () => {
  expect(on()).toEqual(['blender', 'chromium', 'runc', 'crun'])
})
