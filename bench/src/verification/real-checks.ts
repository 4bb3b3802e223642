import { createHash } from 'node:crypto'
import { join } from 'node:path'
import app from '@golem/app-blender'
import { SCENES, startWorker, type TestWorker } from '@golem/app-blender/testing'
import type { AppContext, Check, CheckStrategy, Comparison, Part } from '@golem/sdk'
import type { BenchmarkContext } from '../benchmark.ts'
import { alone, type Result } from '../result.ts'

const SHOTS = ['golem', 'heavy', 'light', 'fixtures/passes', 'fixtures/adaptive']
const FRAMES = 6
/** Of each delivery, by each checker. */
const DRAWS = 4
const SIZE = '96x72'
/** Samples of a frame, and of them what a provider renders that saves. More of them make less noise, and what is left out is seen less. */
const DEPTHS = [
  { samples: 16, saved: [0.5, 0.75, 0.875] },
  { samples: 128, saved: [0.25, 0.5, 0.75, 0.875] },
]
/** The floor is the smallest deviation that is found out so often. */
const FLOOR = 0.95
/** What is only alike is looked at in so many times as many places, as requestors do. */
const TOLERANT_FACTOR = 2
const KERNELS = [{ name: 'native', env: {} }, ...(app.program.calibrate?.kernels ?? [])]

type Delivered = { part: Part; inspection: unknown; check: Check }
type Depth = (typeof DEPTHS)[number]
type Checked = { accepted: boolean; comparison: Comparison }

/**
 * Honest frames and frames with too few samples, of five scenes, rendered by Blender in each of its classes, and checked as
 * requestors check that have an old, a middle and a new processor: to the last bit where they can compute in the provider's
 * class, else tolerantly.
 */
export async function* realChecks({ note, signal }: BenchmarkContext): AsyncGenerator<Result> {
  const workers = await Promise.all(KERNELS.map(({ env }) => startWorker({ ...env })))
  try {
    await requireClasses(workers)
    const honest: Checked[] = []
    const saved = new Map(DEPTHS.map((depth) => [depth, new Map(depth.saved.map((share) => [share, [] as Checked[]]))]))
    for (const shot of SHOTS)
      for (const [{ samples }, shares] of saved) {
        note(`${shot}, ${FRAMES} frames of ${samples} samples in ${workers.length} classes`)
        for (const [made, worker] of workers.entries()) {
          signal.throwIfAborted()
          const deliver = (share: number) => deliverAll(worker, shot, { samples, share })
          const right = await deliver(1)
          honest.push(...(await checkAll(workers, made, right, DRAWS)))
          const pictures = new Set(await picturesOf(worker, right))
          for (const [share, checks] of shares) {
            const delivered = await deliver(share)
            const found = await picturesOf(worker, delivered)
            // Adaptive sampling would have left out some of them anyway: what is equal is right.
            const differing = delivered.filter((_, at) => !pictures.has(found[at] as string))
            checks.push(...(await checkAll(workers, made, differing, 1)))
          }
        }
      }
    const rejected = honest.filter(({ accepted }) => !accepted).length
    const of = `in ${honest.length} real checks, ${workers.length} kernels, ${SHOTS.length} scenes`
    yield alone({ name: `false rejections ${of}`, value: rejected, unit: 'rejections', better: 'lower' }, 0)
    for (const [depth, shares] of saved) yield* foundOut(depth, shares)
  } finally {
    await Promise.all(workers.map((worker) => worker.close()))
  }
}

function* foundOut({ samples }: Depth, shares: ReadonlyMap<number, Checked[]>): Generator<Result> {
  for (const how of ['exact', 'tolerant'] as const) {
    let floor = Number.NaN
    for (const [share, checks] of shares) {
      const these = checks.filter(({ comparison }) => comparison === how)
      const caught = these.filter(({ accepted }) => !accepted).length / these.length
      if (caught >= FLOOR) floor = 1 - share
      const name = `${100 * share} % of ${samples} samples found out by one ${how} check, of ${these.length}`
      yield alone({ name, value: caught, unit: 'of the deliveries', better: 'higher' }, null)
    }
    const name = `detection floor of ${how} checks at ${samples} samples: left out, and found out 95 % of the time`
    yield alone({ name, value: floor, unit: 'of the samples', better: 'lower' }, null)
  }
}

/** @throws {Error} where this processor has fewer classes than Blender has kernels: then nothing is shown */
async function requireClasses(workers: readonly TestWorker[]): Promise<void> {
  const classes = await Promise.all(workers.map((worker) => worker.call('calibrate', { seed: 'bench' })))
  const found = new Set(classes.map((each) => (each as { hash: string }).hash)).size
  if (found < workers.length) throw new Error(`Blender computes in ${found} classes here, not in ${workers.length}.`)
}

/** The frames of a scene as one provider delivers them, each alone. */
async function deliverAll(
  worker: TestWorker,
  shot: string,
  { samples: asked, share }: { samples: number; share: number },
): Promise<Delivered[]> {
  const file = join(SCENES, `${shot}.blend`)
  const frames = `1-${FRAMES}`
  const parameters = app.parameters.parse({ file, frames, tiles: '1x1', samples: asked, resolution: SIZE })
  const context = contextOf(worker, file)
  const inputs = [{ path: file, as: file.slice(1), present: true, withheld: false }]
  const { inspection } = await app.inspect(context, { parameters, inputs })
  const { choices } = inspection
  // So long that no two frames go together.
  const estimate = { prepareSeconds: 5, sampleSeconds: 5 }
  const { check = { kind: 'custom' }, subtasks } = app.split({ parameters, inspection, estimate, cores: FRAMES })
  const delivered: Delivered[] = []
  for (const subtask of subtasks) {
    const folder = join(worker.folder, `${shot.replace('/', '-')}-${asked}-${share}-${subtask.id}`)
    const samples = Math.round(asked * share)
    const params = { ...subtask.request.params, ...choices, file, samples, outDir: folder }
    const result = await worker.call(subtask.request.method, params)
    delivered.push({
      part: { subtask, result, folder },
      inspection: { ...inspection, choices: { ...choices, file } },
      check,
    })
  }
  return delivered
}

/** Hashes of their pixels. */
const picturesOf = (worker: TestWorker, delivered: readonly Delivered[]): Promise<string[]> =>
  Promise.all(
    delivered.map(async ({ part, inspection }) => {
      const job = { parameters: {} as never, inspection: inspection as never, part }
      return (await app.digest?.(contextOf(worker), job))?.digest ?? part.subtask.id
    }),
  )

/** By all processors, each with its own kernel and all older ones. */
async function checkAll(
  workers: readonly TestWorker[],
  made: number,
  delivered: readonly Delivered[],
  draws: number,
): Promise<Checked[]> {
  const checks: Checked[] = []
  for (const newest of workers.keys()) {
    const comparison = made >= newest ? 'exact' : 'tolerant'
    const worker = workers[comparison === 'exact' ? made : newest] as TestWorker
    for (const { part, inspection, check } of delivered)
      for (let draw = 0; draw < draws; draw += 1) {
        const seed = createHash('sha256').update(`${part.folder}/${newest}/${draw}`).digest('hex')
        const job = { parameters: {} as never, inspection: inspection as never, part, seed, comparison } as const
        const asked = comparison === 'exact' ? strategyOf(check) : moreOf(check)
        const verdict = await app.verify?.(contextOf(worker), { ...job, check: asked })
        checks.push({ accepted: verdict?.accepted === true, comparison })
      }
  }
  return checks
}

const strategyOf = (check: Check): CheckStrategy => (check.kind === 'exact' ? { kind: 'exact' } : check)
const moreOf = (check: Check): CheckStrategy =>
  check.kind === 'crops' ? { ...check, crops: TOLERANT_FACTOR * check.crops } : strategyOf(check)

/** `file` is where a job's input lies. */
function contextOf(worker: TestWorker, file?: string): AppContext {
  const call: AppContext['call'] = (method, params) =>
    worker.call(method, file === undefined ? params : { ...params, file })
  return {
    call,
    make: async (method, params) => ({ result: await call(method, params), files: [] }),
    speed: 1,
    signal: new AbortController().signal,
  }
}
