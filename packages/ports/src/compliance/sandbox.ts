import { GolemError, type Limits } from '@golem/protocol'
import { describe, expect, it } from 'vitest'
import type { Sandbox, SandboxProcess, SandboxRuntime, SandboxSpec } from '../sandbox.ts'

type Program = Pick<SandboxSpec, 'runtime' | 'argv'>

/** Programs that every sandbox is tested with, each written for what runs there. */
export type SandboxPrograms = {
  /** Answers each request with itself; ends with code 0 when requests end. Prints `hello` first. */
  echo: Program
  /** Ends at once with code 7, having printed `bye`. */
  fail: Program
  /** Never answers, never ends. */
  hang: Program
  /** Prints for ever. */
  chatter: Program
  /** Writes `result` with the text `42` to /out/done, a folder it makes, and `{"done":true}` as its answer to any request. */
  produce: Program
  /** Tries to read /etc/shadow, and then answers any request. */
  nosy: Program
  /** Does not exist. */
  absent: Program
}

export type SandboxPlace = {
  sandbox: Sandbox
  /** Kinds of programs that it does not run. */
  foreign: readonly SandboxRuntime[]
  programs: SandboxPrograms
  /** Whether it can see what programs try. */
  canObserve: boolean
  /** An empty folder for `/out`. */
  makeFolder(): Promise<string>
  write(path: string, text: string): Promise<void>
  /** null where there is no such file. */
  read(path: string): Promise<string | null>
  remove(): Promise<void>
}

const MIB = 1024 ** 2
const LIMITS: Limits = {
  memoryBytes: 256 * MIB,
  pids: 32,
  cores: 1,
  wallMs: 60_000,
  diskBytes: 1024 * MIB,
  outputBytes: 1_000,
  outputFiles: 4,
  fileBytes: 1024 * MIB,
  logBytes: 64 * 1024,
}

/** What every `Sandbox` does, whatever it confines. */
export function sandboxCompliance(name: string, place: () => Promise<SandboxPlace>): void {
  const using = async (body: (place: SandboxPlace) => Promise<void>): Promise<void> => {
    const here = await place()
    try {
      await body(here)
    } finally {
      await here.sandbox.stop()
      await here.remove()
    }
  }
  const spec = (program: Program, more: Partial<SandboxSpec> = {}): SandboxSpec => ({
    name: 'compliance',
    ...program,
    env: {},
    mounts: [],
    outbound: [],
    limits: LIMITS,
    ...more,
  })

  describe(`Sandbox: ${name}`, () => {
    it('answers lines, in order, as large as they are', () =>
      using(async ({ sandbox, programs }) => {
        const process = await sandbox.start(spec(programs.echo))
        const sent = ['{"id":1}', '{"text":"Ünïcode ☃"}', JSON.stringify({ long: 'x'.repeat(500_000) })]
        const answers = take(process, sent.length)
        for (const line of sent) await process.send(line)
        expect(await answers).toEqual(sent)
        await process.kill()
      }))

    it('tells how a program ended and what it printed, and its lines end with it', () =>
      using(async ({ sandbox, programs }) => {
        const process = await sandbox.start(spec(programs.fail))
        const exit = await process.exited
        expect(exit).toMatchObject({ code: 7, limit: null })
        expect(exit.logTail).toContain('bye')
        expect(exit.usage.wallMs).toBeGreaterThan(0)
        expect(await take(process, 1)).toEqual([])
        await process.kill()
      }))

    it('takes no requests after the end', () =>
      using(async ({ sandbox, programs }) => {
        const process = await sandbox.start(spec(programs.fail))
        await process.exited
        const error = await process.send('{}').catch((reason: unknown) => reason)
        expect(error).toBeInstanceOf(GolemError)
        expect(error).toMatchObject({ code: 'SANDBOX_ENDED' })
      }))

    it('kills what would never end, as often as asked', () =>
      using(async ({ sandbox, programs }) => {
        const process = await sandbox.start(spec(programs.hang))
        await Promise.all([process.kill(), process.kill()])
        expect(await process.exited).toMatchObject({ code: null, limit: null })
        await process.kill()
      }))

    it('ends a program that prints without end, naming the limit', () =>
      using(async ({ sandbox, programs }) => {
        const process = await sandbox.start(spec(programs.chatter))
        const exit = await process.exited
        expect(exit.limit).toMatchObject({ name: 'logBytes', allowed: LIMITS.logBytes })
        expect(exit.limit?.used).toBeGreaterThan(LIMITS.logBytes)
        expect(exit.logTail.length).toBeLessThanOrEqual(16 * 1024)
      }))

    it('does not start a program that is not there, nor for a caller who gave up', () =>
      using(async ({ sandbox, programs }) => {
        await expect(sandbox.start(spec(programs.absent))).rejects.toMatchObject({ code: 'SANDBOX_START_FAILED' })
        const reason = new Error('gave up')
        await expect(sandbox.start(spec(programs.hang), { signal: AbortSignal.abort(reason) })).rejects.toBe(reason)
      }))

    it('runs the kinds it says, and says why it runs no others', () =>
      using(async ({ sandbox, programs, foreign }) => {
        for (const { runtime } of Object.values(programs)) {
          expect(sandbox.decline({ runtime, outbound: [] })).toBeNull()
        }
        for (const runtime of foreign) {
          const reason = sandbox.decline({ runtime, outbound: [] })
          expect(reason).toMatchObject({ code: 'SANDBOX_UNSUPPORTED', remedy: expect.any(String) })
          const started = sandbox.start(spec({ runtime, argv: ['true'] }))
          await expect(started).rejects.toMatchObject({ code: 'SANDBOX_UNSUPPORTED' })
        }
      }))

    it('meters what a program reads and writes', () =>
      using(async ({ sandbox, programs }) => {
        const process = await sandbox.start(spec(programs.echo))
        const answer = take(process, 1)
        await process.send('x'.repeat(300_000))
        await answer
        const { bytesIn, bytesOut, wallMs } = await process.usage()
        expect(bytesIn).toBeGreaterThanOrEqual(300_000)
        expect(bytesOut).toBeGreaterThanOrEqual(300_000)
        expect(wallMs).toBeGreaterThan(0)
        await process.kill()
      }))

    it('ends all its programs when stopped', () =>
      using(async ({ sandbox, programs }) => {
        const processes = [await sandbox.start(spec(programs.hang)), await sandbox.start(spec(programs.echo))]
        await sandbox.stop()
        for (const process of processes) expect((await process.exited).code).toBeNull()
      }))

    it('answers nothing while it is frozen, and goes on where it was when it is thawed', () =>
      using(async ({ sandbox, programs }) => {
        const process = await sandbox.start(spec(programs.echo))
        const answers = take(process, 2)
        await process.send('1')
        await process.freeze()
        await process.freeze()
        let isAnswered = false
        void answers.then(() => {
          isAnswered = true
        })
        await process.send('2')
        // Its answer takes a millisecond where nothing holds it back.
        await new Promise((resolve) => setTimeout(resolve, 200))
        expect(isAnswered).toBe(false)
        await process.thaw()
        await process.thaw()
        expect(await answers).toEqual(['1', '2'])
        await process.kill()
      }))

    it('kills what is frozen, and has nothing against freezing what has ended', () =>
      using(async ({ sandbox, programs }) => {
        const process = await sandbox.start(spec(programs.hang))
        await process.freeze()
        await process.kill()
        expect(await process.exited).toMatchObject({ code: null, limit: null })
        await process.freeze()
        await process.thaw()
      }))

    it('tells what a program tried, where it was started to be observed', () =>
      using(async ({ sandbox, programs, canObserve, makeFolder }) => {
        const plain = await sandbox.start(spec(programs.fail), { isObserved: false })
        expect((await plain.exited).observation).toBeUndefined()
        if (!canObserve) {
          const unseen = sandbox.start(spec(programs.fail), { isObserved: true })
          await expect(unseen).rejects.toMatchObject({ code: 'OBSERVATION_UNAVAILABLE', remedy: expect.any(String) })
          return
        }
        const out = await makeFolder()
        const mounts = [{ source: out, target: '/out', writable: true }]
        const honest = await sandbox.start(spec(programs.produce, { mounts }), { isObserved: true })
        await honest.send('{}')
        expect(await take(honest, 1)).toEqual(['{"done":true}'])
        await honest.kill()
        const { observation } = await honest.exited
        expect(observation).toMatchObject({ attempts: [], untold: 0, processes: { refused: 0 } })
        expect(observation?.processes.started).toBeGreaterThan(0)
        const nosy = await sandbox.start(spec(programs.nosy), { isObserved: true })
        await nosy.send('{}')
        await take(nosy, 1)
        await nosy.kill()
        expect((await nosy.exited).observation?.attempts).toMatchObject([
          { kind: 'read', what: expect.stringMatching(/^\/?etc\/shadow$/), times: 1, allowed: 0 },
        ])
      }))

    it('counts the time of what runs and of what has ended', () =>
      using(async ({ sandbox, programs }) => {
        const first = await sandbox.start(spec(programs.fail))
        const { usage } = await first.exited
        expect(await sandbox.cpuMs()).toBeGreaterThanOrEqual(usage.cpuMs)
        const second = await sandbox.start(spec(programs.echo))
        await second.send('{}')
        expect(await take(second, 1)).toEqual(['{}'])
        const used = usage.cpuMs + (await second.usage()).cpuMs
        expect(await sandbox.cpuMs()).toBeGreaterThanOrEqual(used)
        await second.kill()
        expect(await sandbox.cpuMs()).toBeGreaterThanOrEqual(used)
      }))

    it('moves what a running program made, all or nothing', () =>
      using(async ({ sandbox, programs, makeFolder, read, write }) => {
        const out = await makeFolder()
        const process = await sandbox.start(
          spec(programs.produce, { mounts: [{ source: out, target: '/out', writable: true }] }),
        )
        await process.send('{}')
        expect(await take(process, 1)).toEqual(['{"done":true}'])
        const target = `${await makeFolder()}/taken`
        for (const tight of [{ outputBytes: 1 }, { fileBytes: 1 }]) {
          const taken = sandbox.collect(`${out}/done`, target, { ...LIMITS, ...tight })
          await expect(taken).rejects.toMatchObject({ code: 'OUTPUT_REFUSED' })
        }
        await expect(sandbox.collect(`${out}/absent`, target, LIMITS)).rejects.toMatchObject({ code: 'OUTPUT_REFUSED' })
        expect(await read(`${target}/result`)).toBeNull()
        await sandbox.collect(`${out}/done`, target, LIMITS)
        expect(await read(`${target}/result`)).toBe('42')
        expect(await read(`${out}/done/result`)).toBeNull()
        for (const name of ['a', 'b', 'c', 'd', 'e']) await write(`${out}/done/${name}`, 'x')
        await expect(sandbox.collect(`${out}/done`, `${target}-2`, LIMITS)).rejects.toMatchObject({
          code: 'OUTPUT_REFUSED',
        })
        await process.kill()
      }))
  })
}

/** The next lines, fewer where they end; the process has no reader after this. */
async function take(process: SandboxProcess, count: number): Promise<string[]> {
  const lines: string[] = []
  if (count === 0) return lines
  for await (const line of process.lines) {
    lines.push(line)
    if (lines.length === count) break
  }
  return lines
}
