import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { SandboxProcess } from '@golem/ports'
import { memorySurroundings } from '@golem/ports/memory'
import { createLender } from '@golem/roles'
import { createOciSandbox } from '@golem/sandbox'
import { expect, it, onTestFinished } from 'vitest'
import { systemClock } from '../daemon/parts/system-clock.ts'
import { localTime } from './local-time.ts'
import { defaultSettings, toLendingSettings } from './provide-settings.ts'

const silent = { debug() {}, info() {}, warn() {}, error() {} }
const SPIN = ['sh', '-c', 'echo ready >&3; while :; do :; done']
const LIMITS = {
  memoryBytes: 64 * 1024 ** 2,
  pids: 16,
  cores: 1,
  wallMs: 60_000,
  diskBytes: 1e6,
  outputBytes: 1e6,
  fileBytes: 1e6,
  outputFiles: 4,
  logBytes: 1e4,
}
const cpuMsOf = async (process: SandboxProcess) => (await process.usage()).cpuMs

it('what is lent computes for less than a second after the first touch, and goes on when nobody is there', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'golem-return-'))
  const sandbox = await createOciSandbox({}, { stateDir: folder, runtime: 'auto' })
  onTestFinished(async () => {
    await sandbox.stop()
    await rm(folder, { recursive: true })
  })
  const runtime = { kind: 'oci', root: 'host-tools' } as const
  const shape = { name: 'spin', runtime, argv: SPIN, env: {}, mounts: [], outbound: [], limits: LIMITS }
  const program = await sandbox.start({ ...shape, isLent: true, priority: 'lowest' })
  for await (const line of program.lines) if (line === 'ready') break

  const surroundings = memorySurroundings({ inputIdleMs: 600_000 })
  let isFrozen = false
  const settings = { ...defaultSettings(), isOn: true, when: 'idle', idleAfterMs: 1_000, onReturn: 'freeze' } as const
  const lender = createLender(
    {
      surroundings,
      clock: systemClock(() => 0),
      logger: silent,
      localTime,
      lend: async ({ gate }) => {
        if (gate !== 'frozen') return program.thaw()
        await program.freeze()
        isFrozen = true
      },
    },
    { settings: toLendingSettings(settings) },
  )
  onTestFinished(() => lender.stop())
  await lender.start()
  await expect.poll(() => lender.status()?.gate, { timeout: 20_000 }).toBe('open')

  const touchedMs = await cpuMsOf(program)
  surroundings.change({ inputIdleMs: 0 })
  await expect.poll(() => isFrozen, { timeout: 20_000, interval: 10 }).toBe(true)
  const stillMs = await cpuMsOf(program)
  // By its own clock, so that a machine that is busy with other tests proves nothing wrong.
  expect(stillMs - touchedMs).toBeLessThan(1_000)
  // What the kernel has not yet counted of the time before may show once.
  const passedMs = async () => {
    const beforeMs = await cpuMsOf(program)
    await new Promise((resolve) => setTimeout(resolve, 300))
    return (await cpuMsOf(program)) - beforeMs
  }
  await expect.poll(passedMs, { timeout: 20_000 }).toBeLessThan(10)

  surroundings.change({ inputIdleMs: 600_000 })
  await expect.poll(() => lender.status()?.gate, { timeout: 20_000 }).toBe('open')
  const thawedMs = await cpuMsOf(program)
  await expect.poll(() => cpuMsOf(program), { timeout: 60_000 }).toBeGreaterThan(thawedMs + 10)
})
