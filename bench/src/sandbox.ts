import { execFile } from 'node:child_process'
import { chmod, copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import type { Sandbox, SandboxProcess, SandboxSpec } from '@golem/ports'
import { GolemError, type Limits } from '@golem/protocol'
import { createOciSandbox, createWasmSandbox } from '@golem/sandbox'
import type { BenchmarkContext } from './benchmark.ts'
import { NOOP } from './dispatch/noop.ts'
import { type Contestant, inTurn } from './in-turn.ts'
import { providePeer } from './peer-program.ts'
import { alone, beside, type Result } from './result.ts'
import { type BareRuntime, bareRun, layRoot, podmanRun } from './sandbox/bare-run.ts'

const RUNTIMES = ['crun', 'runc', 'runsc'] as const
const ROUNDS = 15
const GOAL_OVER_BARE_MS = 15

const CALLS = 5_000
/** The engine has compiled what it compiles by then. */
const WARM_UPS = 2_000
/** Given to a module's program together; a provider gives up to 250. */
const AT_ONCE = 100
const GOAL_CALL_MS = 0.2

const SCENE = resolve(import.meta.dirname, '../../apps/blender/scenes/light.blend')
/** Some ten seconds of them: what the start of a sandbox takes is measured by itself. */
const FRAMES = ['-s', '1', '-e', '24', '-a']
const BLENDER_ROUNDS = 5
const GOAL_BLENDER = 1.02

const MIB = 1024 ** 2
const LIMITS: Limits = {
  ...{ memoryBytes: 2_048 * MIB, pids: 64, cores: 1, wallMs: 600_000, logBytes: 16 * MIB },
  ...{ diskBytes: 256 * MIB, outputBytes: 64 * MIB, outputFiles: 100, fileBytes: 64 * MIB },
}

/** What confining a program costs: its start and end, a warm call of a module, and a render. */
export async function* run(context: BenchmarkContext): AsyncGenerator<Result> {
  await providePeer('podman', { test: ['podman', '--version'], debian: 'podman' }, context.note)
  const folder = await mkdtemp(join(tmpdir(), 'golem-bench-sandbox-'))
  await chmod(folder, 0o755)
  try {
    const root = join(folder, 'root')
    await layRoot(root)
    for (const runtime of RUNTIMES) yield* measureStart(runtime, folder, root, context)
    const sandbox = await createOciSandbox({}, { stateDir: join(folder, 'auto'), runtime: 'auto' })
    try {
      yield await measureCalls(sandbox, folder)
      yield await measureBlender(sandbox, folder, context)
    } finally {
      await sandbox.stop()
    }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

async function* measureStart(
  runtime: BareRuntime,
  folder: string,
  root: string,
  { note }: BenchmarkContext,
): AsyncGenerator<Result> {
  const sandbox = await createOciSandbox({}, { stateDir: join(folder, runtime), runtime }).catch((error: unknown) => {
    if (!(error instanceof GolemError)) throw error
    note(`${runtime} is left out: ${error.message}`)
    return null
  })
  if (sandbox === null) return
  try {
    const golem = async (): Promise<number> => {
      const beganMs = performance.now()
      const process = await sandbox.start(spec(['true']))
      const { code, logTail } = await process.exited
      if (code !== 0) throw new Error(`true ended with ${code}: ${logTail}`)
      return performance.now() - beganMs
    }
    const podman = podmanRun(runtime, root)
    const bare = await bareRun(runtime, folder, root)
    const unfit = await podman().then(
      () => null,
      (error: unknown) => String(error),
    )
    if (unfit !== null) note(`podman runs nothing under ${runtime} here: ${unfit}`)
    await golem()
    await bare()
    const contestants: Record<string, Contestant> = unfit === null ? { golem, bare, podman } : { golem, bare }
    const ms: Partial<Record<string, number>> & { golem: number; bare: number } = {
      golem: Number.NaN,
      bare: Number.NaN,
      ...(await inTurn(contestants, { rounds: ROUNDS, note })),
    }
    const measured = { name: `sandbox, true, ${runtime}`, value: ms.golem, unit: 'ms', better: 'lower' } as const
    yield {
      ...beside(measured, { name: `${runtime} alone`, value: ms.bare }, null),
      goal: Number((ms.bare + GOAL_OVER_BARE_MS).toPrecision(4)),
    }
    if (ms.podman !== undefined) yield beside(measured, { name: 'podman run', value: ms.podman }, null)
  } finally {
    await sandbox.stop()
  }
}

/** CPU of the worker and of this side of it, for one call in an instance of its own. */
async function measureCalls(sandbox: Sandbox, folder: string): Promise<Result> {
  const inFolder = join(folder, 'in')
  await mkdir(inFolder)
  await writeFile(join(inFolder, 'noop.wasm'), NOOP)
  const storage = { readFile: () => Promise.reject(new Error('no module is asked for')) }
  const wasm = createWasmSandbox({ sandbox, storage }, { stateDir: join(folder, 'wasm') })
  const program = await wasm.start({
    ...spec([]),
    runtime: { kind: 'wasm', module: null, interface: 'command' },
    mounts: [{ source: inFolder, target: '/in', writable: false }],
  })
  const lines = program.lines[Symbol.asyncIterator]()
  await lines.next()
  const call = async (count: number): Promise<void> => {
    for (let first = 0; first < count; first += AT_ONCE) {
      for (let id = first; id < first + AT_ONCE; id++)
        await program.send(JSON.stringify({ id, method: 'run', params: { module: '/in/noop.wasm', args: [`${id}`] } }))
      for (let id = first; id < first + AT_ONCE; id++) {
        const { value = '' } = await lines.next()
        if (JSON.parse(value).result?.exitCode !== 0) throw new Error(`A call failed: ${value}`)
      }
    }
  }
  try {
    await call(WARM_UPS)
    const before = await cpuMsOf(program)
    await call(CALLS)
    const value = ((await cpuMsOf(program)) - before) / CALLS
    return alone({ name: 'sandbox, a warm call of a module', value, unit: 'ms of CPU', better: 'lower' }, GOAL_CALL_MS)
  } finally {
    await program.kill()
  }
}

async function cpuMsOf(program: SandboxProcess): Promise<number> {
  const { user, system } = process.cpuUsage()
  return (await program.usage()).cpuMs + (user + system) / 1_000
}

/** Seconds of some frames with one thread, Blender's start included, beside the same command outside. */
async function measureBlender(sandbox: Sandbox, folder: string, { note, signal }: BenchmarkContext): Promise<Result> {
  const scene = join(folder, 'scene')
  await mkdir(scene)
  await copyFile(SCENE, join(scene, 'light.blend'))
  const render = (file: string, out: string) => [
    ...['blender', '--background', '--disable-autoexec', '--threads', '1', file],
    ...['--render-output', `${out}/frame-`, ...FRAMES],
  ]
  const freshFolder = () => mkdtemp(join(folder, 'out-'))
  const inside = async (): Promise<number> => {
    const out = await freshFolder()
    const beganMs = performance.now()
    const process = await sandbox.start({
      ...spec(render('/in/light.blend', '/out')),
      mounts: [
        { source: scene, target: '/in', writable: false },
        { source: out, target: '/out', writable: true },
      ],
    })
    const { code, logTail } = await process.exited
    if (code !== 0) throw new Error(`Blender ended with ${code}: ${logTail}`)
    return (performance.now() - beganMs) / 1_000
  }
  const outside = async (): Promise<number> => {
    const [program = '', ...args] = render(join(scene, 'light.blend'), await freshFolder())
    const beganMs = performance.now()
    await promisify(execFile)(program, args, { signal, maxBuffer: 16 * MIB })
    return (performance.now() - beganMs) / 1_000
  }
  await outside()
  await inside()
  const s = await inTurn({ inside, outside }, { rounds: BLENDER_ROUNDS, note })
  const measured = { name: 'sandbox, Blender', value: s.inside, unit: 's', better: 'lower' } as const
  return beside(measured, { name: 'Blender outside', value: s.outside }, GOAL_BLENDER)
}

const spec = (argv: readonly string[]): SandboxSpec => ({
  name: 'bench',
  runtime: { kind: 'oci', root: 'host-tools' },
  argv,
  env: {},
  mounts: [],
  outbound: [],
  limits: LIMITS,
})
