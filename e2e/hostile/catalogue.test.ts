import { access } from 'node:fs/promises'
import { resolve } from 'node:path'
import { AUDITOR_STRATEGIES, STRATEGIES } from '@golem/market/simulation'
import { expect, it } from 'vitest'
import { STRATEGIES as ON_NODES } from '../src/hostile/all-strategies.ts'
import { PLAYED } from '../src/hostile/played.ts'

const ROOT = resolve(import.meta.dirname, '../..')
const REPLICAS = ['replicas that collude', 'replicas that copy']

it('plays each simulated strategy on real nodes, too', async () => {
  const simulated = [...STRATEGIES, ...AUDITOR_STRATEGIES].map(({ name }) => name.replace(/, staked$/, ''))
  expect(new Set(Object.keys(PLAYED))).toEqual(new Set([...simulated, ...REPLICAS]))
  for (const where of Object.values(PLAYED))
    if (where.endsWith('.ts')) await access(resolve(ROOT, where))
    else expect(Object.keys(ON_NODES)).toContain(where)
})
