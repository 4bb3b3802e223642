import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { buildContracts } from './build.ts'
import { forge, hasForge, isDeep } from './forge.ts'

// A first compilation takes 10 s of an idle core, the tests as long again.
const timeoutMs = isDeep ? 0 : 240_000

describe.skipIf(!hasForge)('contracts', () => {
  it('ships exactly what the sources compile to', { timeout: timeoutMs }, async () => {
    for (const [path, text] of await buildContracts()) expect(readFileSync(path, 'utf8') === text, path).toBe(true)
  })

  it('passes its unit, fuzz and invariant tests', { timeout: timeoutMs }, async ({ signal }) => {
    const run = await forge(['test'], { signal })
    expect(run.ok, run.output).toBe(true)
    const failed = Number(
      /(\d+) failed/.exec(run.output.split('\n').findLast((line) => line.startsWith('Ran ')) ?? '')?.[1],
    )
    expect(failed).toBe(0)
  })
})
