import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, copyFile, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createWasmSandbox } from '../src/index.ts'
import { inPlace, LIMITS, runtimes } from '../test/place.ts'
import { wat } from '../test/wasm/wat.ts'
import { type Attempt, record } from './record.ts'
import { type WasmAttack, wasmAttacks } from './wasm-attacks.ts'

const GOT = 42
/** What still runs after this runs for ever. */
const ENDLESS_MS = 5_000
const OUTSIDE = join(import.meta.dirname, 'outside.mjs')
const REACH = join(import.meta.dirname, '../test/wasm/modules/reach.wasm')
const MUTANTS = 500
const MUTATED = 'run a module that is damaged, 500 ways'

const folder = await mkdtemp(join(tmpdir(), 'golem-escape-wasm-'))
const mark = folder.slice(folder.lastIndexOf('/') + 1)
const prey = { secret: join(folder, 'secret'), victim: join(folder, 'victim'), moved: join(folder, 'moved'), mark }
const attacks = wasmAttacks(prey)
const modules = new Map<WasmAttack, string>()

type Found = { got: boolean; how: string }

describe('ways out of a module', () => {
  const attempts: Attempt[] = []
  const outside = new Map<WasmAttack, Found>()

  beforeAll(async () => {
    for (const [number, attack] of attacks.entries()) {
      const file = join(folder, `${number}.wasm`)
      if (attack.text === null) await copyFile(REACH, file)
      else await writeFile(file, await wat(attack.text, attack.features))
      modules.set(attack, file)
    }
    for (const attack of attacks) outside.set(attack, await outsideOf(attack))
  }, 300_000)
  afterAll(async () => {
    record('wasm', attempts)
    await rm(folder, { recursive: true, force: true })
    await rm(join('/tmp', mark), { force: true })
  })

  it('work where nothing stops them, but for what WASI does nowhere', () => {
    const failed = attacks.filter((attack) => !outside.get(attack)?.got).map(({ name }) => name)
    expect(attacks.length - failed.length, failed.join('; ')).toBeGreaterThanOrEqual(25)
  })

  it('lead nowhere', { timeout: 300_000 }, async () => {
    const inside = new Map<WasmAttack, Found>()
    const short = attacks.filter(({ endless }) => !endless)
    // One after another in one program, as subtasks of one requestor are; what goes on for ever has one of its own.
    for (const some of [short, ...attacks.filter(({ endless }) => endless).map((attack) => [attack])]) {
      const files = await Promise.all(some.map((attack) => readFile(modules.get(attack) ?? '')))
      let from = 0
      while (from < some.length) {
        await withProgram(files, async (ask, folders) => {
          for (; from < some.length; from += 1) {
            const attack = some[from]
            if (attack === undefined) return
            await layPrey()
            inside.set(attack, await insideOf(attack, (args) => ask(`/in/${from}.wasm`, args), folders))
            expect(await readFile(prey.victim, 'utf8'), attack.name).toBe('untouched')
            if (folders.hasEnded()) {
              from += 1
              return
            }
          }
        })
      }
    }
    expect([...inside].filter(([, { got }]) => got).map(([{ name }, { how }]) => `${name}: ${how}`)).toEqual([])
    for (const attack of attacks) {
      const without = outside.get(attack)
      const shown = without?.got ? 'works' : `not shown: Node's own WASI does not do it either (${without?.how})`
      const stopped = { module: inside.get(attack)?.how ?? '' }
      attempts.push({ group: attack.group, name: attack.name, outside: shown, stopped })
    }
  })

  it('leads nowhere: a module that is damaged is refused, or runs as any other', { timeout: 180_000 }, async () => {
    const whole = await readFile(REACH)
    const mutants = Array.from({ length: MUTANTS }, (_, number) => mutated(whole, number))
    const compiled = mutants.filter((bytes) => WebAssembly.validate(new Uint8Array(bytes))).length
    expect(compiled).toBeGreaterThan(0)
    await layPrey()
    const counts = { refused: 0, ran: 0 }
    await withProgram(mutants, async (ask) => {
      for (const number of mutants.keys()) {
        // Names no function that goes on for ever, so that what does is the damage; those are few and end by a trap.
        const found = await ask(`/in/${number}.wasm`, ['read', prey.secret])
        expect(found.got, found.how).toBe(false)
        if (found.how.includes('cannot run here')) counts.refused += 1
        else counts.ran += 1
      }
    })
    expect(counts.refused + counts.ran).toBe(MUTANTS)
    expect(await readFile(prey.victim, 'utf8')).toBe('untouched')
    attempts.push({
      group: 'A module and its engine',
      name: MUTATED,
      outside: `works: ${compiled} of them compile`,
      stopped: { module: `${counts.refused} refused; ${counts.ran} ran, and reached no more than any` },
    })
  })
})

async function layPrey(): Promise<void> {
  await writeFile(prey.secret, 'a key')
  await writeFile(prey.moved, 'to be moved')
  await writeFile(prey.victim, 'untouched')
}

/** A folder as a subtask has it. */
async function layInputs(at: string, files: readonly Uint8Array[]): Promise<void> {
  await writeFile(join(at, 'given'), 'x')
  await symlink(prey.secret, join(at, 'link'))
  for (const [number, bytes] of files.entries()) await writeFile(join(at, `${number}.wasm`), bytes)
}

async function outsideOf(attack: WasmAttack): Promise<Found> {
  const at = await mkdtemp(join(folder, 'outside-'))
  const [given, out] = [join(at, 'in'), join(at, 'out')]
  for (const each of [given, out]) await mkdir(each)
  await layInputs(given, [])
  await layPrey()
  const run = async (): Promise<Found> => {
    const args = [OUTSIDE, modules.get(attack) ?? '', given, out, ...attack.args]
    const child = spawn(process.execPath, ['--no-warnings', ...args], { stdio: ['ignore', 'pipe', 'pipe'] })
    // What prints for ever is read to its end.
    const [printed, logged] = [text(child.stdout), text(child.stderr)]
    const timer = setTimeout(() => child.kill('SIGKILL'), attack.endless ? 2_000 : 30_000)
    const [code, ended] = await once(child, 'close')
    clearTimeout(timer)
    if (attack.endless && ended === 'SIGKILL') return { got: true, how: 'still runs' }
    const said =
      (await printed).slice(-80).trim() || (await logged).match(/^\w*Error: .*$/m)?.[0] || `exit code ${code}`
    return { got: code === GOT, how: said }
  }
  const first = await run()
  if (!attack.twice) return first
  await copyFile(join(out, 'drawn'), join(given, 'drawn')).catch(() => {})
  return run()
}

type Folders = { given: string; out: string; take: () => Promise<string[]>; hasEnded: () => boolean }

async function insideOf(
  attack: WasmAttack,
  ask: (args: readonly string[]) => Promise<Found>,
  { given, out, take }: Folders,
): Promise<Found> {
  const found = await ask(attack.args)
  if (attack.twice) {
    await copyFile(join(out, 'drawn'), join(given, 'drawn')).catch(() => {})
    return ask(attack.args)
  }
  if (!attack.leaves || !found.got) return found
  const taken = await take().catch((error: unknown) => String(error))
  return typeof taken === 'string' ? { got: false, how: `not taken: ${taken}`.slice(0, 120) } : found
}

type Ask = (module: string, args: readonly string[]) => Promise<Found>

/** One program that runs modules which lie in its /in, as `apps/map` does. */
async function withProgram(
  files: readonly Uint8Array[],
  body: (ask: Ask, folders: Folders) => Promise<void>,
): Promise<void> {
  await inPlace(runtimes[0] ?? 'auto', async ({ folder: place, sandbox, spec, mount, stateDir }) => {
    const given = await mount('/in', false)
    const out = await mount('/out', true)
    await chmod(out.source, 0o777)
    await layInputs(given.source, files)
    const storage = { readFile: () => Promise.reject(new Error('There is none.')) }
    const wasm = createWasmSandbox({ sandbox, storage }, { stateDir: join(stateDir, 'wasm') })
    const process = await wasm.start(
      spec([], {
        runtime: { kind: 'wasm', module: null, interface: 'command' },
        mounts: [given, out],
        limits: { ...LIMITS, memoryBytes: 256 * 1024 ** 2 },
      }),
    )
    const lines = process.lines[Symbol.asyncIterator]()
    await lines.next()
    let id = 0
    let isOver = false
    const take = async (): Promise<string[]> => {
      const clean = join(place, `clean-${id}`)
      await sandbox.collect(out.source, clean, LIMITS)
      return readdir(clean)
    }
    const ask: Ask = async (module, args) => {
      id += 1
      await process.send(JSON.stringify({ id, method: 'run', params: { module, args } }))
      const patience = new AbortController()
      const next = await Promise.race([lines.next(), delay(ENDLESS_MS, null, { signal: patience.signal })])
      patience.abort()
      if (next === null) {
        // As the daemon does when a subtask's time is over.
        isOver = true
        await process.kill()
        await process.exited
        return { got: false, how: 'ended when its time was over' }
      }
      const { value, done } = next
      if (!done) return answered(JSON.parse(value))
      isOver = true
      const { limit, code } = await process.exited
      return { got: false, how: limit === null ? `its process ended (${code})` : `ended by ${limit.name}` }
    }
    try {
      await body(ask, { given: given.source, out: out.source, take, hasEnded: () => isOver })
    } finally {
      await process.kill()
    }
  })
}

type Answer = { result?: { exitCode: number; stdout?: string; stderr?: string }; error?: { message: string } }

function answered({ result, error }: Answer): Found {
  if (error !== undefined) return { got: false, how: error.message.slice(0, 120) }
  const said = (result?.stdout ?? '').trim().slice(-80) || (result?.stderr ?? '').trim().slice(-80)
  return { got: result?.exitCode === GOT, how: said || `exit code ${result?.exitCode}` }
}

/** Some bytes changed, left out or put in, the same for the same number. */
function mutated(whole: Uint8Array, number: number): Uint8Array {
  let state = number + 1
  const draw = (below: number): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 2 ** 32) * below)
  }
  const bytes = [...whole]
  for (let change = draw(3) + 1; change > 0; change -= 1) {
    const at = draw(bytes.length)
    const kind = draw(4)
    if (kind === 0) bytes.splice(at, 1 + draw(8))
    else if (kind === 1) bytes.splice(at, 0, draw(256))
    else bytes[at] = draw(256)
  }
  return Uint8Array.from(bytes)
}
