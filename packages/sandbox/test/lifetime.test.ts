import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import type { SandboxSpec } from '@golem/ports'
import { describe, expect, it } from 'vitest'
import { createOciSandbox } from '../src/index.ts'
import { findHierarchy } from '../src/oci/find-hierarchy.ts'
import { inPlace, nextLine, runtimes } from './place.ts'

/** A program with many processes, in sessions of their own, that ignore what can be ignored. */
const STUBBORN = `
import os, signal, time
for number in range(1, 32):
    if number not in (signal.SIGKILL, signal.SIGSTOP): signal.signal(number, signal.SIG_IGN)
here, there = os.pipe()
for _ in range(5):
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0: os.setsid()
        os.write(there, b'x')
        time.sleep(3600)
for _ in range(10): os.read(here, 1)
os.write(3, b'ready\\n')
time.sleep(3600)
`
const stubborn = (mark: string): string[] => ['/usr/bin/python3', '-c', STUBBORN, mark]

/** Processes of the whole machine whose command line holds `mark`. */
async function processesWith(mark: string): Promise<string[]> {
  const found: string[] = []
  for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/.test(name))) {
    const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')
    if (command.includes(mark)) found.push(`${pid} ${command.replaceAll('\0', ' ').slice(-60)}`)
  }
  return found
}

/** Control groups of this test process and of what it started. */
async function groupsOf(pid: number): Promise<string[]> {
  const hierarchy = await findHierarchy()
  const names = await Promise.all((hierarchy?.trees ?? []).map((tree) => readdir(tree)))
  return names.flat().filter((name) => name.startsWith('golem-') && name.includes(`-${pid}-`))
}

async function untilNone(find: () => Promise<string[]>, withinMs: number): Promise<string[]> {
  const deadline = performance.now() + withinMs
  for (;;) {
    const found = await find()
    if (found.length === 0 || performance.now() > deadline) return found
    await sleep(20)
  }
}

const mark = (): string => `mark-${Math.random().toString(36).slice(2)}`

describe.each(runtimes)('lifetime under %s', (runtime) => {
  it('leaves nothing of what it killed', () =>
    inPlace(runtime, async ({ sandbox, spec, stateDir }) => {
      const own = mark()
      const run = await sandbox.start(spec(stubborn(own)))
      expect(await nextLine(run)).toBe('ready')
      expect((await processesWith(own)).length).toBeGreaterThan(5)
      expect((await groupsOf(process.pid)).length).toBeGreaterThan(0)
      await run.kill()
      expect(await processesWith(own)).toEqual([])
      expect(await groupsOf(process.pid)).toEqual([])
      expect(await readdir(join(stateDir, 'runs'))).toEqual([])
      expect((await readFile('/proc/self/mounts', 'utf8')).includes(stateDir)).toBe(false)
    }))

  it('kills what is only just starting', () =>
    inPlace(runtime, async ({ sandbox, spec, stateDir }) => {
      for (const delayMs of [0, 1, 2, 4, 8, 12, 16, 24, 32]) {
        const own = mark()
        const reason = new Error('gave up')
        const giveUp = new AbortController()
        const started = sandbox.start(spec(stubborn(own)), { signal: giveUp.signal })
        const timer = setTimeout(() => giveUp.abort(reason), delayMs)
        const run = await started.catch((error: unknown) => {
          expect(error).toBe(reason)
          return null
        })
        clearTimeout(timer)
        await run?.kill()
        expect(await processesWith(own)).toEqual([])
      }
      expect(await groupsOf(process.pid)).toEqual([])
      expect(await readdir(join(stateDir, 'runs'))).toEqual([])
    }))

  it.each(['running', 'frozen'] as const)(
    'ends, %s, with the daemon when that is killed with -9, and the next one sweeps',
    (state) =>
      inPlace(runtime, async ({ folder, spec }) => {
        const own = mark()
        const stateDir = join(folder, 'other')
        const pid = await withDaemon({ folder, stateDir, runtime, state, spec: spec(stubborn(own)) }, async () => {
          expect((await processesWith(own)).length).toBeGreaterThan(5)
        })
        expect(await untilNone(() => processesWith(own), 2_000)).toEqual([])
        expect(await readdir(join(stateDir, 'runs'))).toHaveLength(1)

        const messages: string[] = []
        const next = await createOciSandbox(
          { logger: { info: (_fields, message) => messages.push(message) } },
          { stateDir, runtime },
        )
        expect(messages[0]).toContain('Removed')
        expect(await groupsOf(pid)).toEqual([])
        expect(await readdir(join(stateDir, 'runs'))).toEqual([])
        await next.stop()
      }),
  )

  it('leaves alone what another living daemon runs in the same folder', () =>
    inPlace(runtime, async ({ folder, spec }) => {
      const own = mark()
      const stateDir = join(folder, 'other')
      await withDaemon({ folder, stateDir, runtime, spec: spec(stubborn(own)) }, async () => {
        await (await createOciSandbox({}, { stateDir, runtime })).stop()
        expect((await processesWith(own)).length).toBeGreaterThan(5)
      })
      expect(await untilNone(() => processesWith(own), 2_000)).toEqual([])
      await (await createOciSandbox({}, { stateDir, runtime })).stop()
    }))
})

type DaemonOptions = {
  folder: string
  stateDir: string
  runtime: string
  spec: SandboxSpec
  state?: 'running' | 'frozen'
}

/** A process of its own with a running sandbox, killed with -9 after `body`. Returns its pid. */
async function withDaemon(
  { folder, stateDir, runtime, spec, state = 'running' }: DaemonOptions,
  body: () => Promise<void>,
): Promise<number> {
  const specFile = join(folder, 'spec.json')
  await writeFile(specFile, JSON.stringify(spec))
  const daemon = spawn(process.execPath, [join(import.meta.dirname, 'daemon.ts'), stateDir, runtime, specFile, state], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const exited = once(daemon, 'exit')
  try {
    const lines = createInterface({ input: daemon.stdout })
    const first = await Promise.race([once(lines, 'line'), once(lines, 'close')])
    expect(first).toEqual(['running'])
    await body()
  } finally {
    daemon.kill('SIGKILL')
    await exited
  }
  return daemon.pid ?? 0
}
