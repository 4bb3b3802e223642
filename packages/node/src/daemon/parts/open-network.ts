import { createNetwork } from '@golem/network'
import type { Network } from '@golem/ports'
import type { Logger } from 'pino'
import type { DaemonOptions } from '../../options.ts'
import type { DevPeers } from '../dev-peers.ts'
import type { Release } from './release.ts'

export async function openNetwork(
  options: DaemonOptions,
  privateKey: Uint8Array,
  peers: DevPeers | null,
  logger: Logger,
  releases: Release[],
): Promise<Network> {
  const network = await createNetwork(
    { privateKey, logger: logger.child({ room: 'network' }) },
    {
      listen: options.listen,
      bootstrap: [...options.bootstrap, ...(peers?.bootstrap ?? [])],
      mdns: options.mdns,
    },
  )
  releases.push(() => network.stop())
  return network
}
