import { spawn } from 'node:child_process'
import { mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import type { SandboxExit } from '@golem/ports'
import { afterAll, describe, expect, it } from 'vitest'
import { inPlace, LIMITS } from '../test/place.ts'
import { type Attempt, record } from './record.ts'
import { runtimes } from './runtimes.ts'

const program = await readFile(join(import.meta.dirname, 'excess.py'), 'utf8')
const [bombs = '', leavings = ''] = program.split('# What it leaves as its result').map(String)
const namesIn = (part: string) => [...part.matchAll(/@does\("(.*)"\)/g)].map(([, name]) => name as string)

const GIVEN = {
  ...LIMITS,
  memoryBytes: 64 * 1024 ** 2,
  pids: 40,
  fileBytes: 1_000_000,
  diskBytes: 4_000_000,
  logBytes: 1_000_000,
}
/** None of these is a result that is taken, though it was made. */
const COLLECTED = { outputBytes: 1_000_000, outputFiles: 8, fileBytes: 1_000_000 }

const attempts = new Map<string, Attempt>()
afterAll(() => record('excess', [...attempts.values()]))

describe.each([
  { group: 'More than it was given', names: namesIn(bombs) },
  { group: 'What it leaves as its result', names: namesIn(leavings) },
])('$group', ({ group, names }) => {
  it.each(names)('%s: works outside', { timeout: 60_000 }, async (name) => {
    const took = await outside(name)
    attempts.set(name, { group, name, outside: took ? 'works' : 'not shown: refused here to root too', stopped: {} })
    expect(took).toBe(true)
  })

  it.each(runtimes)('is stopped under %s', { timeout: 240_000 }, (runtime) =>
    inPlace(runtime, async ({ sandbox, spec, mount, folder }) => {
      const gotThrough: string[] = []
      for (const [index, name] of names.entries()) {
        const out = { ...(await mount(`/out-${index}`, true)), target: '/out' }
        const argv = ['/usr/bin/python3', '-c', program, name, '/out']
        const process = await sandbox.start(spec(argv, { mounts: [out], limits: GIVEN }))
        let took = false
        for await (const line of process.lines) {
          took ||= line.includes('took')
          if (line.includes('time is over')) void process.kill()
        }
        const exit = await process.exited
        const target = join(folder, `taken-${index}`)
        const refusal = await sandbox.collect(out.source, target, COLLECTED).then(
          async () => ((await readdir(target)).length === 0 ? 'nothing is left' : null),
          ({ code, message }) => `${code}: ${message}`,
        )
        const how = stoppedBy(exit, took, group.startsWith('What') ? refusal : null)
        if (how === null) gotThrough.push(name)
        const attempt = attempts.get(name)
        if (attempt) attempt.stopped[runtime] = how ?? ''
      }
      expect(gotThrough).toEqual([])
    }),
  )
})

/** null where nothing did. */
function stoppedBy(exit: SandboxExit, took: boolean, refusal: string | null): string | null {
  if (exit.limit !== null) return `ended: ${exit.limit.name} of ${exit.limit.allowed}`
  if (!took && exit.code === null) return 'killed'
  if (!took) return `told: ${exit.logTail.trim().split('\n').at(-1)?.slice(0, 80) ?? ''}`
  return refusal
}

/** As root, and with nothing that stops it. */
async function outside(name: string): Promise<boolean> {
  const folder = await mkdtemp(join(tmpdir(), 'golem-excess-'))
  try {
    await mkdir(join(folder, 'out'))
    const child = spawn('/usr/bin/python3', ['-c', program, name, join(folder, 'out')], {
      stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
    })
    return (await text(child.stdio[3] as Readable)).includes('took')
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
