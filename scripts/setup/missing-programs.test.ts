import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { expect, test } from 'vitest'
import { missingPrograms } from './missing-programs.mjs'

const on = (...commands: string[]) => missingPrograms((command: string) => commands.includes(command))

const others = [
  'blender',
  'chromium',
  'Xvfb',
  'dbus-daemon',
  'ip',
  'nft',
  'cc',
  'umoci',
  'ffmpeg',
  'strace',
  'clamscan',
]

test('nothing is missing where Blender and a runtime of the sandbox are', () => {
  expect(on(...others, 'crun')).toEqual([])
  expect(on(...others, 'runc')).toEqual([])
})

test('a runtime that the sandbox does not know is none', () => {
  expect(on(...others, 'podman', 'kata-runtime')).toEqual(['runc', 'crun'])
})

test('the runtimes that are enough are those that the sandbox tries by itself', async () => {
  const source = await readFile(resolve(import.meta.dirname, '../../packages/sandbox/src/oci/find-runtime.ts'), 'utf8')
  const [, list = ''] = /RUNTIMES: readonly RuntimeKind\[\] = \[(.*)\]/.exec(source) ?? []
  const known = list.split(', ').map((name) => name.replaceAll("'", ''))
  expect(known.length).toBeGreaterThan(1)
  for (const runtime of known) expect([runtime, on(...others, runtime)]).toEqual([runtime, []])
})

test('all that is missing is named at once', () => {
  expect(on()).toEqual([
    ...['blender', 'ffmpeg', 'chromium', 'xvfb', 'dbus', 'nftables', 'gcc', 'libc6-dev'],
    ...['runc', 'crun', 'iproute2', 'strace', 'clamav', 'umoci'],
  ])
})

test('the font of pictures is asked for where its name is known, and one of several is enough', () => {
  const font = '/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc'
  const isThere = (name: string) => [...others, 'runc'].includes(name)
  expect(missingPrograms(isThere, 'apt-get')).toEqual(['fonts-nanum'])
  expect(missingPrograms((name: string) => isThere(name) || name === font, 'apt-get')).toEqual([])
  expect(missingPrograms(isThere, 'dnf')).toEqual([])
})
