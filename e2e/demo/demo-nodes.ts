import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Status } from '@golem/api'
import { type GolemNode, golemNode } from '../src/index.ts'
import { freePort } from './free-port.ts'
import { failureOf } from './golem-failure.ts'

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
  /** Waits for what is starting, ends every process, removes the folder. Idempotent. */
  stop(): Promise<void>
}

export type DemoNodesOptions = { providers: number; coresPerProvider: number }

/**
 * Starts a requestor and its providers, all at once, on loopback and a development chain of their own. They find each
 * other over libp2p: each provider knows one address, the requestor's.
 */
export async function startDemoNodes({ providers, coresPerProvider }: DemoNodesOptions): Promise<DemoNodes> {
  const folder = await mkdtemp(join(tmpdir(), 'golem-demo-'))
  const chainFolder = join(folder, 'chain')
  const meeting = `/ip4/127.0.0.1/tcp/${await freePort()}`
  const shared = ['--dev', '--dev-dir', chainFolder, '--no-mdns']
  const lending = [...shared, '--provide', '--cores', String(coresPerProvider)]
  const requestor = start('requestor', folder, [...shared, '--listen', meeting])
  const lenders = Array.from({ length: providers }, (_, index) =>
    start(`provider ${index + 1}`, folder, [...lending, '--listen', '/ip4/127.0.0.1/tcp/0', '--bootstrap', meeting]),
  )
  const all = [requestor, ...lenders]
  let stopping: Promise<void> | null = null
  const stop = async () => {
    // One that is only starting can be ended in good order as soon as it is up.
    await Promise.allSettled(all.map(({ up }) => up))
    // Providers first: they redeem what they hold while the chain still stands.
    await Promise.allSettled(lenders.map(({ node }) => node.down()))
    await Promise.allSettled([requestor.node.down()])
    await Promise.all(all.map(({ node }) => node.kill()))
    await rm(folder, { recursive: true, force: true, maxRetries: 5 })
  }
  return {
    folder,
    chainFolder,
    requestor,
    providers: lenders,
    stop: () => {
      stopping ??= stop()
      return stopping
    },
  }
}

function start(name: string, folder: string, upArgs: readonly string[]): DemoNode {
  const node = golemNode(join(folder, name.replace(' ', '-')), { upArgs })
  const up = begin(node, upArgs)
  // Whoever waits for it hears of it; nobody may.
  up.catch(() => undefined)
  return { name, node, up }
}

async function begin(node: GolemNode, upArgs: readonly string[]): Promise<Status> {
  const run = await node.golem(['up', ...upArgs, '--json'])
  if (run.code !== 0) throw failureOf(run)
  return (JSON.parse(run.stdout) as { status: Status }).status
}
