import { setTimeout as sleep } from 'node:timers/promises'
import { type Client, isEnded } from '@golem/api/client'
import { asAddress } from '@golem/protocol'
import { type DemoArguments, readDemoArguments, renderArguments } from './demo-arguments.ts'
import { type DemoNode, type DemoNodes, startDemoNodes } from './demo-nodes.ts'
import { GolemFailure } from './golem-failure.ts'
import { type Interrupts, watchInterrupts } from './interrupts.ts'
import type { Ledger } from './ledger.ts'
import { refuseBadRender } from './refuse-bad-render.ts'
import { runRender } from './run-render.ts'
import type { Member } from './tell-outcome.ts'

const PROVIDERS = 3
const CORES_PER_PROVIDER = 1
const LOOK_MS = 250
const USAGE = `npm run demo [-- [FILE.blend] [--out DIR] [flags of \`golem render\`]]

Renders an animation over a grid of real processes on this machine, and shows what became of the money.

  npm run demo
  npm run demo -- FILE.blend --frames 1-4 --tiles 2x2 --samples 32 --out DIR`

export type DemoOptions = {
  /** When the command was given, by the clock of `Date.now()`. */
  startedAtMs: number
  cwd: string
  say: (line: string) => void
}

type Play = { args: DemoArguments; nodes: DemoNodes; interrupts: Interrupts } & DemoOptions

/**
 * The main job from end to end, with real processes; leaves its files, and nothing that runs.
 *
 * @returns the exit code: 0 done, 1 failed, 2 bad input
 */
export async function runDemo(argv: readonly string[], options: DemoOptions): Promise<number> {
  const { say, cwd } = options
  if (argv.includes('--help') || argv.includes('-h')) {
    say(USAGE)
    return 0
  }
  const args = readDemoArguments(argv, cwd)
  const interrupts = watchInterrupts()
  let nodes: DemoNodes | null = null
  try {
    if (argv.length > 0) await refuseBadRender(args)
    nodes = await startDemoNodes({ providers: PROVIDERS, coresPerProvider: CORES_PER_PROVIDER })
    return await play({ ...options, args, nodes, interrupts })
  } catch (error) {
    if (!(error instanceof GolemFailure)) throw error
    if (interrupts.count === 0) say(`golem: ${error.message}`)
    return error.exitCode
  } finally {
    await nodes?.stop()
    // What the command said of resuming holds for nodes that stay.
    if (nodes && interrupts.count > 0) say('The nodes of the demo have ended, and their job with them.')
    interrupts.release()
  }
}

async function play({ args, nodes, interrupts, say, startedAtMs }: Play): Promise<number> {
  const log = startLog(say, startedAtMs)
  const stopped = Promise.withResolvers<never>()
  stopped.promise.catch(() => undefined)
  const release = interrupts.listen(() => {
    if (interrupts.count === 1) log.stop('Stopping; the nodes are ended in good order.')
    stopped.reject(new GolemFailure({ code: 'STOPPED', message: 'Stopped.' }, 1))
  })
  const unlessStopped = <T>(promise: Promise<T>): Promise<T> => Promise.race([promise, stopped.promise])
  const { requestor, providers, chainFolder } = nodes
  // Imported while the nodes start.
  const opening = import('./ledger.ts').then(({ openLedger }) => openLedger(chainFolder))
  opening.catch(() => undefined)
  try {
    say('A requestor and three providers start, each a process with its own key, folder and sandbox.')
    const joining = [requestor, ...providers].map((node) => join(node, opening, log.add))
    for (const each of joining) each.catch(() => undefined)
    const [renting, ...lending] = joining as [Promise<Member>, ...Promise<Member>[]]
    await unlessStopped(renting)
    await unlessStopped(firstOf(lending))
    log.end('The job begins; nodes that are still starting are hired as they come.')
    const rendering = runRender(requestor.node.home, [...renderArguments(args), '--yes'], interrupts)
    void Promise.race([rendering, firstPicture(requestor.node.client)]).finally(nodes.startOthers)
    const code = await rendering
    if (code !== 0 || interrupts.count > 0) return code || 1
    const members = await unlessStopped(Promise.all(joining))
    const { tellOutcome } = await import('./tell-outcome.ts')
    return await unlessStopped(tellOutcome({ ledger: await opening, members, say, startedAtMs }))
  } finally {
    release()
    await opening.then((ledger) => ledger.leave()).catch(() => undefined)
  }
}

/** Waits until a node is up, and reads from the chain what it has then: nothing has been earned or spent yet. */
async function join(
  { name, node, up }: DemoNode,
  opening: Promise<Ledger>,
  tell: (line: string) => void,
): Promise<Member> {
  const status = await up
  const { address, pid } = status
  tell(`${name.padEnd(10)}  ${address}  process ${pid}`)
  const before = await (await opening).holdings(asAddress(address))
  return { name, client: node.client, address: asAddress(address), pid, before }
}

/** Waits until a picture of the job is there, or none will be. */
async function firstPicture(client: Client): Promise<void> {
  for (;;) {
    const [job] = await client.jobs().catch(() => [])
    if (job && (job.firstResultAtMs !== null || isEnded(job.state))) return
    await sleep(LOOK_MS, undefined, { ref: false })
  }
}

/** The first that succeeds; where none does, the first one's own failure. */
const firstOf = <T>(promises: readonly Promise<T>[]): Promise<T> =>
  Promise.any(promises).catch((error: AggregateError) => Promise.reject(error.errors[0]))

/** Lines with the time since the command was given, until the command that is shown takes over the screen. */
function startLog(say: (line: string) => void, startedAtMs: number) {
  let ended = false
  const stop = (line: string) => {
    ended = true
    say(line)
  }
  const timed = (line: string) => `${((Date.now() - startedAtMs) / 1_000).toFixed(1).padStart(5)} s  ${line}`
  return {
    add: (line: string) => {
      if (!ended) say(timed(line))
    },
    end: (line: string) => stop(timed(line)),
    stop,
  }
}
