import { describe, expect, it } from 'vitest'
import { inPlace, LIMITS, nextLine, runtimes } from './place.ts'

const python = (program: string): string[] => ['/usr/bin/python3', '-c', program]

const EAT = `
block = []
while True: block.append(b'x' * 1_000_000)
`

/** A child eats, as a renderer's helper would, and its parent only sees it go. */
const EAT_IN_A_CHILD = `
import subprocess, sys
sys.exit(subprocess.run([sys.executable, '-c', '''${EAT}''']).returncode and 3)
`

const FORK_BOMB = `
import os
children = 0
try:
    while True:
        if os.fork() == 0:
            import time
            time.sleep(60)
        children += 1
except OSError:
    os.write(3, b'%d\\n' % children)
    import time
    time.sleep(60)
`

describe.each(runtimes)('limits under %s', (runtime) => {
  it.each([
    EAT,
    EAT_IN_A_CHILD,
    "open('/tmp/big', 'wb').write(bytes(200_000_000))",
    "open('/dev/shm/big', 'wb').write(bytes(200_000_000))",
  ])('ends what takes too much memory: %#', (program) =>
    inPlace(runtime, async ({ sandbox, spec }) => {
      const memoryBytes = 64 * 1024 ** 2
      const process = await sandbox.start(spec(python(program), { limits: { ...LIMITS, memoryBytes } }))
      const exit = await process.exited
      expect(exit.code).not.toBe(0)
      // A file system of this size may be full first; then the program was told so, and nothing was taken.
      if (!program.startsWith('open')) expect(exit.limit).toMatchObject({ name: 'memoryBytes', allowed: memoryBytes })
      expect(exit.usage.peakMemoryBytes).toBeLessThanOrEqual(memoryBytes)
    }),
  )

  it('stops a fork bomb at its limit, and the host goes on', () =>
    inPlace(runtime, async ({ sandbox, spec }) => {
      const bomb = await sandbox.start(spec(python(FORK_BOMB), { limits: { ...LIMITS, pids: 40 } }))
      const children = Number(await nextLine(bomb))
      expect(children).toBeGreaterThan(30)
      expect(children).toBeLessThanOrEqual(40)
      const other = await sandbox.start(spec(['true']))
      expect((await other.exited).code).toBe(0)
      await bomb.kill()
    }))

  it('names the limit of processes when a program fails by it', () =>
    inPlace(runtime, async ({ sandbox, spec }) => {
      const program = 'import os, time\nwhile os.fork(): pass\ntime.sleep(60)'
      const process = await sandbox.start(spec(python(program), { limits: { ...LIMITS, pids: 20 } }))
      expect((await process.exited).limit).toMatchObject({ name: 'pids', allowed: 20 })
    }))

  it('gives no more cores than allowed, and meters what was used', () =>
    inPlace(runtime, async ({ sandbox, spec }) => {
      const spin = 'import time\nend = time.time() + 1\nwhile time.time() < end: pass'
      const process = await sandbox.start(spec(python(spin), { limits: { ...LIMITS, cores: 0.25 } }))
      const { code, usage } = await process.exited
      expect(code).toBe(0)
      expect(usage.wallMs).toBeGreaterThan(1_000)
      expect(usage.cpuMs).toBeGreaterThan(100)
      expect(usage.cpuMs).toBeLessThan(0.4 * usage.wallMs)
    }))

  it('bounds every file, and all files together', () =>
    inPlace(runtime, async ({ sandbox, spec, mount }) => {
      const mounts = [await mount('/out', true)]
      const limits = { ...LIMITS, diskBytes: 4_000_000, fileBytes: 1_000_000 }
      const one = await sandbox.start(spec(['sh', '-c', 'head -c 2000000 /dev/zero > /out/one'], { mounts, limits }))
      expect((await one.exited).limit).toMatchObject({ name: 'fileBytes', allowed: 1_000_000 })
      const many = await sandbox.start(
        spec(['sh', '-c', 'for i in 1 2 3 4 5 6 7 8; do head -c 900000 /dev/zero > /out/$i; done; sleep 60'], {
          mounts,
          limits,
        }),
      )
      expect((await many.exited).limit).toMatchObject({ name: 'diskBytes', allowed: 4_000_000 })
      const names = [await mount('/names', true)]
      const files = await sandbox.start(
        spec(['sh', '-c', 'cd /names; while :; do mktemp -d XXXXXXXX; done'], { mounts: names, limits }),
      )
      expect((await files.exited).limit).toMatchObject({ name: 'outputFiles' })
    }))

  it('counts files that were deleted and are still open', () =>
    inPlace(runtime, async ({ sandbox, spec, mount }) => {
      const program = `
import os
held = []
for name in range(40):
    file = open('/out/x', 'wb'); held.append(file); os.unlink('/out/x')
    file.write(bytes(2_000_000)); file.flush(); os.fsync(file.fileno())
input()
`
      const limits = { ...LIMITS, diskBytes: 20_000_000 }
      const process = await sandbox.start(spec(python(program), { mounts: [await mount('/out', true)], limits }))
      const { limit } = await process.exited
      expect(limit).toMatchObject({ name: 'diskBytes', allowed: 20_000_000 })
      expect(limit?.used).toBeGreaterThan(20_000_000)
    }))

  it('bounds what all programs together hold on the disk, and ends the one that holds most', () =>
    inPlace(
      runtime,
      async ({ sandbox, spec, mount }) => {
        const holding = (megabytes: number) => `head -c ${megabytes}M /dev/zero > /out/x; echo full >&3; read line`
        const start = async (at: string, megabytes: number) => {
          const mounts = [{ ...(await mount(at, true)), target: '/out' }]
          const process = await sandbox.start(spec(['sh', '-c', holding(megabytes)], { mounts }))
          await nextLine(process)
          return process
        }
        const modest = await start('/one', 5)
        const greedy = await start('/two', 8)
        expect((await greedy.exited).limit).toMatchObject({ name: 'allDiskBytes', allowed: 10_000_000 })
        await modest.send('')
        expect(await modest.exited).toMatchObject({ code: 0, limit: null })
      },
      { allDiskBytes: () => 10_000_000 },
    ))

  it('ends a program whose line never ends', () =>
    inPlace(runtime, async ({ sandbox, spec }) => {
      const process = await sandbox.start(spec(['sh', '-c', 'cat /dev/zero >&3']))
      for await (const _ of process.lines) throw new Error('That was no line.')
      expect(await process.exited).toMatchObject({ code: null, limit: null })
    }))
})
