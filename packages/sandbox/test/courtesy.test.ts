import { readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import type { SandboxProcess } from '@golem/ports'
import { describe, expect, it } from 'vitest'
import { inPlace, nextLine, runtimes } from './place.ts'

/** Such as 0-3,8 */
const allowed = /^Cpus_allowed_list:\s*(\d+)/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1] ?? '0'

/** Computes in two processes on one core, so that two such programs have to share it. Needs next to nothing to begin. */
const spin = ['taskset', '-c', allowed, 'sh', '-c', 'echo ready >&3; (while :; do :; done) & while :; do :; done']

const cpuMsOf = async (process: SandboxProcess): Promise<number> => (await process.usage()).cpuMs

/** What they use while the first of them gets `ms` of a core, however busy the machine is. */
async function usedWhile(ms: number, first: SandboxProcess, other: SandboxProcess): Promise<[number, number]> {
  const before = [await cpuMsOf(first), await cpuMsOf(other)] as const
  for (;;) {
    const used: [number, number] = [(await cpuMsOf(first)) - before[0], (await cpuMsOf(other)) - before[1]]
    if (used[0] >= ms) return used
    await sleep(20)
  }
}

/** What nothing is left for may wait long on a machine that is busy with other tests. */
const PATIENCE_MS = 120_000

describe.each(runtimes)('courtesy under %s', { timeout: PATIENCE_MS }, (runtime) => {
  it('gives what has the lowest priority only what others leave', () =>
    inPlace(runtime, async ({ sandbox, spec }) => {
      const lent = await sandbox.start(spec(spin, { priority: 'lowest' }))
      await nextLine(lent)
      const own = await sandbox.start(spec(spin))
      await nextLine(own)
      const [ownMs, lentMs] = await usedWhile(500, own, lent)
      expect(lentMs).toBeLessThan(0.1 * ownMs)
      await own.kill()
      const before = await cpuMsOf(lent)
      await expect.poll(() => cpuMsOf(lent), { timeout: PATIENCE_MS }).toBeGreaterThan(before)
    }))

  it('lets nothing compute that is frozen, in none of its processes, until it is thawed', () =>
    inPlace(runtime, async ({ sandbox, spec }) => {
      const program = await sandbox.start(spec(spin))
      await nextLine(program)
      await program.freeze()
      const frozenMs = await cpuMsOf(program)
      await sleep(300)
      // What the kernel needed to stop it may be counted late.
      expect(await cpuMsOf(program)).toBeLessThan(frozenMs + 10)
      await program.thaw()
      await expect.poll(() => cpuMsOf(program), { timeout: PATIENCE_MS }).toBeGreaterThan(frozenMs + 10)
    }))
})
