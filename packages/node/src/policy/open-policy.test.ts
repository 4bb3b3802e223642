import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DEFAULT_POLICY } from '@golem/market'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { openPolicy } from './open-policy.ts'

let home = ''
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'golem-policy-'))
})
afterEach(() => rmSync(home, { recursive: true }))

const edit = (text: string) => writeFileSync(join(home, 'policy.toml'), text)
const someone = `0x${'1a'.repeat(20)}`

it('writes a file with every key explained, which changes nothing', () => {
  expect(openPolicy(home).current()).toEqual(DEFAULT_POLICY)
  const text = readFileSync(join(home, 'policy.toml'), 'utf8')
  expect(text).toContain('# memory = "4GiB"')
  expect(text).toContain('[deny]')
})

it('sets and takes back keys by a person’s words, and keeps the others', () => {
  const policy = openPolicy(home)
  policy.set({ run: 'listed', 'allow.apps': 'blender, other', 'max.memory': '2GiB', 'max.cores': '0.5', gpu: 'true' })
  policy.set({ 'deny.requestors': someone, 'max.time': '30m' })
  expect(policy.current()).toMatchObject({
    run: 'listed',
    gpu: true,
    allow: { apps: ['blender', 'other'], authors: [] },
    deny: { requestors: [someone] },
    max: { memoryBytes: 2 * 1024 ** 3, cores: 0.5, wallMs: 1_800_000 },
  })
  policy.set({ 'max.memory': '', run: '' })
  expect(policy.current()).toMatchObject({ run: 'any', max: { cores: 0.5, wallMs: 1_800_000 } })
  expect(policy.current().max.memoryBytes).toBeUndefined()
})

it('sees what is edited by hand at once, and keeps the last good one where that is broken', () => {
  const policy = openPolicy(home)
  edit('run = "listed"\n[max]\ndisk = "1.5GB"\n')
  expect(policy.current()).toMatchObject({ run: 'listed', max: { diskBytes: 1.5e9 } })
  edit('run = "listed\n')
  expect(policy.current().run).toBe('listed')
  expect(policy.problem()).toMatchObject({ code: 'POLICY_INVALID', message: expect.stringContaining('no TOML') })
  edit('run = "any"\n')
  expect(policy.current().run).toBe('any')
  expect(policy.problem()).toBeNull()
})

it.each([
  ['says of run', 'run = "some"'],
  ['says of max.memory', '[max]\nmemory = "much"'],
  ['says of max.cores', '[max]\ncores = 0'],
  ['says of hosts.0', 'hosts = ["http://example.org"]'],
  ['says of deny.authors.0', '[deny]\nauthors = ["me"]'],
  ['Unrecognized key', 'runs = "any"'],
])('does not start with a file that is wrong: %s', (message, text) => {
  edit(text)
  expect(() => openPolicy(home)).toThrow(
    expect.objectContaining({ code: 'POLICY_INVALID', message: expect.stringContaining(message) }),
  )
})

it('refuses keys that there are not, and values that are wrong, and then leaves the file as it was', () => {
  const policy = openPolicy(home)
  const before = policy.text()
  for (const changes of [{ 'max.speed': '1' }, { 'max.memory': 'much' }, { run: 'some' }]) {
    expect(() => policy.set(changes)).toThrow(expect.objectContaining({ code: 'POLICY_INVALID' }))
  }
  expect(policy.text()).toBe(before)
})
