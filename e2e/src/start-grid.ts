import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import type { DaemonStart } from '@golem/api/daemon-start'
import type { Cheat } from './cheats.ts'
import { beginProgram, type GolemNode, golemNode, type RunningProgram } from './golem-node.ts'

export type GridOptions = {
  /** How many provider nodes. */
  providers: number
  /** Cores that each of them lends. Default: 1. */
  coresPerProvider?: number
  /** Of what they lend. Default: `normal`, because what a test waits for is not what its machine has left. */
  priority?: 'normal' | 'lowest'
  /** GLM that a requestor may owe each of them. Default: the daemon's own. */
  unpaid?: string
}

export type Hostile = { readonly nodes: ReadonlyMap<string, GolemNode>; stop(): Promise<void> }

/** A requestor, its providers and a development chain, each a process of its own, on loopback alone. */
export type Grid = {
  readonly folder: string
  readonly requestor: GolemNode
  readonly providers: readonly GolemNode[]
  /** Starts one more provider, which cheats, with a key that nobody knows yet. It ends with the grid. */
  addCheater(cheat: Cheat): Promise<GolemNode>
  /**
   * Nodes that play strategies of `hostile-daemons.ts`, all in one process, with keys that nobody knows yet. `honest` is one of
   * them. They end with the grid, or before.
   */
  addHostile(strategies: readonly string[], how: { lends: boolean }): Promise<Hostile>
  /** Ends every daemon, and removes what they left on the disk. Idempotent. */
  stop(): Promise<void>
}

/**
 * Starts a whole system in a folder of its own.
 *
 * @example
 * const grid = await startGrid({ providers: 2 })
 * await grid.requestor.golem(['render', 'scene.blend', '--yes', '--out', join(grid.folder, 'out')])
 * await grid.stop()
 */
export async function startGrid(options: GridOptions): Promise<Grid> {
  const { providers, coresPerProvider = 1, priority = 'normal', unpaid } = options
  const folder = await mkdtemp(join(tmpdir(), 'golem-grid-'))
  const devDir = join(folder, 'chain')
  const listen = '/ip4/127.0.0.1/tcp/0'
  const shared = ['--dev', '--dev-dir', devDir, '--no-mdns', '--listen', listen]
  const lending = [...shared, '--provide', '--cores', String(coresPerProvider), '--priority', priority]
  if (unpaid !== undefined) lending.push('--unpaid', unpaid)
  const requestor = golemNode(join(folder, 'requestor'), { upArgs: shared })
  const lenders = Array.from({ length: providers }, (_, index) =>
    golemNode(join(folder, `provider-${index + 1}`), { upArgs: lending }),
  )
  const cheaters: GolemNode[] = []
  let count = 0
  /** Of daemons that no command line starts. */
  const optionsOf = (home: string, lends: boolean): DaemonStart => ({
    ...{ home, dev: true, devDir, mdns: false, listen: [listen] },
    ...(lends ? { provide: true, cores: coresPerProvider, priority } : {}),
  })
  const addCheater = async (cheat: Cheat) => {
    const home = join(folder, `cheater-${cheaters.length + 1}`)
    const options = optionsOf(home, true)
    const program = [resolve(import.meta.dirname, 'cheating-daemon.ts'), JSON.stringify(options), cheat]
    const node = golemNode(home, { upArgs: [], program })
    cheaters.push(node)
    await node.up()
    return node
  }
  const hostile: RunningProgram[] = []
  const addHostile = async (strategies: readonly string[], { lends }: { lends: boolean }) => {
    const homes = new Map(strategies.map((strategy) => [strategy, join(folder, `hostile-${++count}`)]))
    const all = [...homes].map(([strategy, home]) => ({ strategy, options: optionsOf(home, lends) }))
    const program = [resolve(import.meta.dirname, 'hostile/hostile-daemons.ts'), JSON.stringify(all)]
    const running = beginProgram(program, join(folder, `hostile-${count}.log`))
    hostile.push(running)
    await running.ready
    const nodes = new Map([...homes].map(([strategy, home]) => [strategy, golemNode(home, { upArgs: [] })]))
    return { nodes, stop: running.stop }
  }
  const stop = async () => {
    const lending = [...lenders, ...cheaters]
    await Promise.all(hostile.map((program) => program.stop()))
    // Providers first: they redeem what they hold while the chain still stands.
    await Promise.allSettled(lending.map((node) => node.down()))
    await Promise.allSettled([requestor.down()])
    await Promise.all([requestor, ...lending].map((node) => node.kill()))
    await rm(folder, { recursive: true, force: true, maxRetries: 5 })
  }
  try {
    await requestor.up()
    await Promise.all(lenders.map((node) => node.up()))
  } catch (error) {
    await stop()
    throw error
  }
  return { folder, requestor, providers: lenders, addCheater, addHostile, stop }
}
