import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Status } from '@golem/api'
import { type GolemNode, golemNode } from '../src/index.ts'
import { isAlive, processesOn, untilGone } from '../src/processes.ts'
import { freePort } from './free-port.ts'
import { failureOf, GolemFailure } from './golem-failure.ts'

/** A node of the demo: a process of its own, with a key, a folder and a sandbox of its own. */
export type DemoNode = {
  readonly name: string
  readonly node: GolemNode
  /** What it says once it is up. @rejects {GolemFailure} why it does not start */
  readonly up: Promise<Status>
}

export type DemoNodes = {
  readonly folder: string
  readonly chainFolder: string
  readonly requestor: DemoNode
  readonly providers: readonly DemoNode[]
  /** Lets the other providers come, one after another. Idempotent. */
  startOthers(): void
  /** Waits for what is starting, ends every process, removes the folder. Idempotent. */
  stop(): Promise<void>
}

/** A node settles and saves before it ends. */
const STOP_MS = 30_000
const LEFTOVERS_MS = 5_000
const LOOK_MS = 50

export type DemoNodesOptions = { providers: number; coresPerProvider: number }

/**
 * Starts a requestor and its providers on loopback and a development chain of their own. They find each other over libp2p:
 * each provider knows one address, the requestor's. The requestor and one provider come first, because a job begins with
 * these; the others would take the cores from them, and come one after another as soon as they are let.
 */
export async function startDemoNodes({ providers, coresPerProvider }: DemoNodesOptions): Promise<DemoNodes> {
  const folder = await mkdtemp(join(tmpdir(), 'golem-demo-'))
  const chainFolder = join(folder, 'chain')
  const meeting = `/ip4/127.0.0.1/tcp/${await freePort()}`
  const shared = ['--dev', '--dev-dir', chainFolder, '--no-mdns']
  const lending = [...shared, '--provide', '--cores', String(coresPerProvider), '--priority', 'normal']
  const requestor = start('requestor', folder, [...shared, '--listen', meeting])
  const lend = (index: number, after: Promise<unknown>) => {
    const upArgs = [...lending, '--listen', '/ip4/127.0.0.1/tcp/0', '--bootstrap', meeting]
    return start(`provider ${index}`, folder, upArgs, after)
  }
  const others = Promise.withResolvers<void>()
  const lenders = [lend(1, Promise.resolve())]
  for (let index = 2; index <= providers; index += 1) {
    const before = lenders.map(({ up }) => up)
    lenders.push(
      lend(
        index,
        others.promise.then(() => Promise.allSettled(before)),
      ),
    )
  }
  let stopping: Promise<void> | null = null
  const stop = async () => {
    others.reject(new GolemFailure({ code: 'STOPPED', message: 'The demo has ended.' }, 1))
    // Providers first: they redeem what they hold while the chain still stands.
    await Promise.all(lenders.map(end))
    await end(requestor)
    await untilUnused(folder)
    await rm(folder, { recursive: true, force: true, maxRetries: 5 })
  }
  return {
    folder,
    chainFolder,
    requestor,
    providers: lenders,
    startOthers: others.resolve,
    stop: () => {
      stopping ??= stop()
      return stopping
    },
  }
}

function start(
  name: string,
  folder: string,
  upArgs: readonly string[],
  after: Promise<unknown> = Promise.resolve(),
): DemoNode {
  const node = golemNode(join(folder, name.replace(' ', '-')), { upArgs })
  const up = after.then(() => begin(node, upArgs))
  // Whoever waits for it hears of it; nobody may.
  up.catch(() => undefined)
  return { name, node, up }
}

async function begin(node: GolemNode, upArgs: readonly string[]): Promise<Status> {
  const run = await node.golem(['up', ...upArgs, '--json'])
  if (run.code !== 0) throw failureOf(run)
  return (JSON.parse(run.stdout) as { status: Status }).status
}

/** Ends a node in good order; one that is only starting, as soon as it is up. */
async function end({ node, up }: DemoNode): Promise<void> {
  const status = await up.catch(() => null)
  if (status === null) return
  // Not by the command: a Ctrl-C at the terminal would end that, too.
  await node.client.shutdown().catch(() => undefined)
  await Promise.race([untilGone(status.pid), sleep(STOP_MS, undefined, { ref: false })])
  if (!isAlive(status.pid)) return
  process.kill(status.pid, 'SIGKILL')
  await untilGone(status.pid)
}

/** Sandboxes end with their node, a moment later: whatever still uses the folder would leave files there. */
async function untilUnused(folder: string): Promise<void> {
  for (const patience = Date.now() + LEFTOVERS_MS; Date.now() < patience; await sleep(LOOK_MS)) {
    if ((await processesOn(folder)).length === 0) return
  }
}
