import { createOciSandbox } from '@golem/sandbox'
import { describe, expect, it } from 'vitest'
import { inPlace, LIMITS, nextLine, runtimes } from './place.ts'

const MIB = 1024 ** 2

/** Holds so many megabytes, says so, and waits. */
const hold = (megabytes: number) => [
  '/usr/bin/python3',
  '-c',
  `import os, time\nblock = bytearray(b'x') * ${megabytes * MIB}\nos.write(3, b'holds\\n')\ntime.sleep(3600)`,
]

describe.each(runtimes)('what is lent under %s', (runtime) => {
  it('holds no more memory together than is lent; the one that holds most is ended, and it is named', () =>
    inPlace(runtime, async ({ stateDir, spec }) => {
      let allMemoryBytes = 400 * MIB
      const sandbox = await createOciSandbox({}, { stateDir, runtime, allMemoryBytes: () => allMemoryBytes })
      try {
        const own = await sandbox.start(spec(hold(200)))
        const [small, large] = [
          await sandbox.start(spec(hold(60), { isLent: true })),
          await sandbox.start(spec(hold(150), { isLent: true })),
        ]
        for (const each of [own, small, large]) expect(await nextLine(each)).toBe('holds')
        allMemoryBytes = 180 * MIB
        expect(await large.exited).toMatchObject({ limit: { name: 'allMemoryBytes', allowed: 180 * MIB } })
        allMemoryBytes = 40 * MIB
        expect(await small.exited).toMatchObject({ limit: { name: 'allMemoryBytes' } })
        // The person's own programs are not counted.
        expect((await own.usage()).peakMemoryBytes).toBeGreaterThan(200 * MIB)
      } finally {
        await sandbox.stop()
      }
    }))

  it('lets one alone hold no more than all may', () =>
    inPlace(runtime, async ({ stateDir, spec }) => {
      const allMemoryBytes = () => 100 * MIB
      const sandbox = await createOciSandbox({}, { stateDir, runtime, allMemoryBytes })
      try {
        const greedy = await sandbox.start(
          spec(hold(300), { isLent: true, limits: { ...LIMITS, memoryBytes: 400 * MIB } }),
        )
        const { limit } = await greedy.exited
        expect(['memoryBytes', 'allMemoryBytes']).toContain(limit?.name)
        expect(limit?.allowed).toBe(100 * MIB)
      } finally {
        await sandbox.stop()
      }
    }))
})
