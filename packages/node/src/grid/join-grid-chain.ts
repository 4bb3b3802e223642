import { setTimeout as sleep } from 'node:timers/promises'
import type { Network } from '@golem/ports'
import { GolemError, type GridInvite } from '@golem/protocol'
import { HOST_PATIENCE_MS } from './limits.ts'
import { type ChainDoor, openChainDoor } from './open-chain-door.ts'
import { type GridChainLink, reachGridChain } from './reach-grid-chain.ts'

export type GridChain = ChainDoor & Pick<GridChainLink, 'call'>

const RETRY_MS = 500

/**
 * Reaches the chain of a private grid through its host.
 *
 * @throws {GolemError} `GRID_UNREACHABLE` where the host does not answer within `patienceMs`
 */
export async function joinGridChain(
  network: Pick<Network, 'open'>,
  { name, host }: Pick<GridInvite, 'name' | 'host'>,
  { patienceMs = HOST_PATIENCE_MS }: { patienceMs?: number } = {},
): Promise<GridChain> {
  const link = reachGridChain(network, host)
  for (const deadline = performance.now() + patienceMs; ; await sleep(RETRY_MS)) {
    try {
      await link.call('eth_chainId', [])
      break
    } catch (cause) {
      if (performance.now() < deadline) continue
      link.stop()
      throw new GolemError({
        code: 'GRID_UNREACHABLE',
        message: `The host of the grid ${name} does not answer at ${host.addresses.join(', ')}.`,
        remedy:
          'See that its daemon runs, and that this invite is its newest: after `golem grid revoke`, older ones let nobody in.',
        cause,
      })
    }
  }
  const door = await openChainDoor(link)
  return {
    rpcUrl: door.rpcUrl,
    call: link.call,
    close: async () => {
      link.stop()
      await door.close()
    },
  }
}
