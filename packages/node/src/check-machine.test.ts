import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { GolemError } from '@golem/protocol'
import { expect, it } from 'vitest'
import { checkMachine } from './check-machine.ts'
import { checksOf } from './daemon/checks-of.ts'

it('finds what a daemon would, without one, and leaves nothing behind', async () => {
  const home = await mkdtemp(join(tmpdir(), 'golem-home-'))
  try {
    const checks = await checkMachine(join(home, 'not/there/yet'))
    const named = new Map(checks.map((check) => [check.name, check]))
    expect(named.get('Node.js')).toMatchObject({ ok: true, detail: process.version })
    expect(named.get('home')).toMatchObject({ ok: true })
    expect(named.get('blender')).toMatchObject({ ok: true, detail: expect.stringMatching(/^blender \d+\.\d+.*on CPU/) })
    expect(named.get('development chain')).toMatchObject({ ok: true, detail: expect.stringContaining('anvil') })
    expect(checks.some(({ name, ok }) => name.startsWith('container runtime') && ok)).toBe(true)
    expect(await readdir(home)).toEqual([])
  } finally {
    await rm(home, { recursive: true })
  }
})

it('names what is in the way', async () => {
  const checks = await checkMachine('/proc/golem')
  expect(checks.find(({ name }) => name === 'home')).toMatchObject({ ok: false, remedy: expect.any(String) })
})

it('tells what was looked at instead of sending round in a circle', () => {
  const looked = [{ name: 'runc', ok: false, detail: 'does not work', remedy: 'apt-get install runc' }]
  const remedy = 'Run golem doctor: it names what is missing.'
  const trouble = new GolemError({
    code: 'SANDBOX_UNAVAILABLE',
    message: 'None works.',
    remedy,
    data: { checks: looked },
  })
  expect(checksOf('sandbox', trouble)).toEqual(looked)
  const plain = new GolemError({ code: 'TOOL_MISSING', message: 'No Blender.', remedy: 'Install it.' })
  expect(checksOf('application', plain)).toEqual([
    { name: 'application', ok: false, detail: 'No Blender.', remedy: 'Install it.' },
  ])
})
