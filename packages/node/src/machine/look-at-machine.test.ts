import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { machine } from '@golem/api'
import { expect, it } from 'vitest'
import { createMachineView, warmest } from './look-at-machine.ts'

it('tells of this machine', async () => {
  const told = await createMachineView({ home: tmpdir(), speed: 1.2 })()
  expect(machine.parse(told)).toEqual(told)
  expect(told.cores).toBeGreaterThan(0)
  expect(told.freeMemoryBytes).toBeLessThan(told.memoryBytes)
  expect(told.freeDiskBytes).toBeLessThanOrEqual(told.diskBytes)
})

it('reads the warmest sensor, and none where there is none', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'golem-sensors-'))
  expect(await warmest(folder)).toBeNull()
  await mkdir(join(folder, 'hwmon0'))
  for (const [name, text] of Object.entries({
    temp1_input: '41000\n',
    temp2_input: '57500\n',
    temp3_input: '-273000\n',
  }))
    await writeFile(join(folder, 'hwmon0', name), text)
  expect(await warmest(folder)).toBe(57.5)
  await rm(folder, { recursive: true, force: true })
})
