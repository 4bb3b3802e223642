import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join, resolve } from 'node:path'
import { createInterface } from 'node:readline'
import type { Status } from '@golem/api'
import { type GolemNode, golemNode } from '../src/golem-node.ts'
import { type Host, makeInternet, type Subnet } from './hosts/make-internet.ts'
import { removeLeftBehind } from './hosts/remove-left-behind.ts'

/** A node on a host of its own. */
export type NodeOnHost = GolemNode & { readonly host: Host; readonly address: string; readonly peerId: string }

/**
 * Three networks: one with public addresses, in which a relay and the chain are, and two homes behind routers. Ada, who
 * wants something rendered, is in the first home, with a provider whose clock is an hour ahead, and with Erin, who was told
 * of nobody; two providers are in the second.
 */
export type Hosts = {
  readonly relay: NodeOnHost
  readonly ada: NodeOnHost
  /** At home with Ada. */
  readonly bert: NodeOnHost
  readonly carl: NodeOnHost
  readonly dora: NodeOnHost
  /** At home with Ada. */
  readonly erin: NodeOnHost
  readonly adasHome: Subnet
  readonly carlsHome: Subnet
  stop(): Promise<void>
}

const CHAIN_PORT = 8_545
const RELAY_ADDRESS = '5.44.0.10'
const RELAY_PORT = 4_001
const CLOCK_SHIFT_MS = 60 * 60_000
/** Who is cut off from the chain has nobody to take leave of. */
const DOWN_TIMEOUT_MS = 10_000

/** @param folder where the nodes and the chain are at home */
export async function startHosts(folder: string): Promise<Hosts> {
  await removeLeftBehind()
  const undo: (() => Promise<unknown>)[] = []
  const stop = async () => {
    const failures: unknown[] = []
    for (const step of undo.splice(0).reverse()) await step().catch((failure) => failures.push(failure))
    if (failures.length > 0) throw new AggregateError(failures, 'not all that was started has ended')
  }
  try {
    const internet = await makeInternet({ folder })
    undo.push(() => internet.stop())
    const adasHome = await internet.addSubnet('adas', { publicAddress: '5.44.0.20', lan: '192.168.20' })
    const carlsHome = await internet.addSubnet('carls', { publicAddress: '5.44.0.30', lan: '192.168.30' })
    const relayHost = await internet.addHost('relay', RELAY_ADDRESS)
    const chain = await startChain(relayHost, join(folder, 'chain'))
    undo.push(chain.stop)

    const nodes: GolemNode[] = []
    undo.push(() => Promise.all(nodes.map(end)))

    const start = async (host: Host, upArgs: readonly string[], env: Record<string, string> = {}) => {
      const node = golemNode(join(folder, host.name), {
        upArgs: [...chain.upArgs, '--no-upnp', ...upArgs],
        inside: host.inside,
        env,
      })
      nodes.push(node)
      await node.up()
      const { address, peerId } = await node.json<Status>(['status'])
      await chain.fund(address)
      return { ...node, host, address, peerId }
    }
    const listen = [`/ip4/0.0.0.0/tcp/${RELAY_PORT}`, `/ip4/0.0.0.0/tcp/${RELAY_PORT + 1}/ws`]
    const relay = await start(
      relayHost,
      listen.flatMap((address) => ['--listen', address]),
    )
    const grid = ['--bootstrap', `/ip4/${RELAY_ADDRESS}/tcp/${RELAY_PORT}/p2p/${relay.peerId}`]
    // What a test waits for is not what its machine has left.
    const lend = [...grid, '--provide', '--cores', '1', '--priority', 'normal']
    const wrong = resolve(import.meta.dirname, 'hosts/shift-clock.mjs')
    const clock = { NODE_OPTIONS: `--import ${wrong}`, GOLEM_CLOCK_SHIFT_MS: `${CLOCK_SHIFT_MS}` }
    const at = {
      ada: await adasHome.addHost('ada'),
      bert: await adasHome.addHost('bert'),
      erin: await adasHome.addHost('erin'),
      carl: await carlsHome.addHost('carl'),
      dora: await carlsHome.addHost('dora'),
    }
    const [ada, bert, carl, dora, erin] = await Promise.all([
      start(at.ada, grid),
      start(at.bert, lend, clock),
      start(at.carl, lend),
      start(at.dora, lend),
      start(at.erin, []),
    ])
    return { relay, ada, bert, carl, dora, erin, adasHome, carlsHome, stop }
  } catch (error) {
    await stop().catch(() => {})
    throw error
  }
}

/** In an orderly way where that is still possible: what it had in sandboxes goes with it. */
async function end(node: GolemNode): Promise<void> {
  await node.golem(['down'], { signal: AbortSignal.timeout(DOWN_TIMEOUT_MS) }).catch(() => {})
  await node.kill()
}

/** A development chain on a host, for all others. */
async function startChain(host: Host, folder: string) {
  const [program, ...args] = [
    ...host.inside,
    process.execPath,
    resolve(import.meta.dirname, 'chain-host.ts'),
    folder,
    `${CHAIN_PORT}`,
  ]
  const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'inherit'] })
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  const next = async (): Promise<string> => {
    const { value, done } = await lines.next()
    if (done) throw new Error('the chain has ended')
    return value
  }
  const { token, payments } = JSON.parse(await next()) as { token: string; payments: string }
  let funding: Promise<unknown> = Promise.resolve()
  return {
    upArgs: ['--rpc-url', `http://${host.address()}:${CHAIN_PORT}`, '--token', token, '--payments', payments],
    /** One after another: each answer is one line. */
    fund(address: string): Promise<unknown> {
      funding = funding.then(async () => {
        child.stdin.write(`${address}\n`)
        await next()
      })
      return funding
    },
    async stop() {
      if (child.exitCode !== null) return
      const ended = once(child, 'exit')
      child.stdin.end()
      await ended
    },
  }
}
