import { expect, test } from 'vitest'
import { missingPrograms } from './missing-programs.mjs'

const on = (...commands: string[]) => missingPrograms((command: string) => commands.includes(command))

test('nothing is missing where Blender and a runtime of the sandbox are', () => {
  expect(on('blender', 'chromium', 'crun', 'umoci')).toEqual([])
  expect(on('blender', 'chromium', 'runc', 'umoci')).toEqual([])
})

test('a runtime that the sandbox does not know is none', () => {
  expect(on('blender', 'chromium', 'runsc', 'podman', 'umoci')).toEqual(['runc', 'crun'])
})

test('all that is missing is named at once', () => {
  expect(on()).toEqual(['blender', 'chromium', 'runc', 'crun', 'umoci'])
})
