import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { hasForge, isDeep, repository } from '../forge.ts'
import { plantBugs, planted } from './plant-bugs.ts'
import { plantedBugs } from './planted-bugs.ts'

it('every bug can be planted in the contracts as they are, and stands in the record', () => {
  const record = readFileSync(join(repository, 'contracts/README.md'), 'utf8')
  for (const planting of plantedBugs) {
    const source = readFileSync(join(repository, 'contracts/solidity', planting.file), 'utf8')
    expect(planted(source, planting), planting.bug).not.toBe(source)
    expect(record).toContain(`| ${planting.file.replace('.sol', '')} | ${planting.bug} |`)
  }
})

// Half a minute for each.
if (isDeep && hasForge) {
  it('a test catches every bug', { timeout: 0 }, async () => {
    for await (const { bug, by } of plantBugs(plantedBugs)) expect(by, bug).not.toEqual([])
  })
}
