import { join } from 'node:path'
import type { GolemNetwork } from '@golem/network'
import { createStorage, type DiskStorage } from '@golem/storage/disk'
import type { Logger } from 'pino'
import type { DaemonOptions } from '../../options.ts'
import type { Release } from './release.ts'

/** Content on the disk, fetched from and served to peers, and to other IPFS nodes where the options allow it. */
export async function openStorage(
  { home, storageBytes, gateways, bitswap }: DaemonOptions,
  { network, logger }: { network: GolemNetwork; logger: Logger },
  releases: Release[],
): Promise<DiskStorage> {
  const storage = await createStorage(
    {
      network,
      onMisbehaviour: (source, error) => {
        logger.warn({ source, code: error.code, error: error.message }, 'a source sent something false')
        const peer = network.peers().find(({ peerId }) => peerId === source)
        if (peer !== undefined) network.blame(peer.address, 'lie')
      },
    },
    { path: join(home, 'content'), maxBytes: storageBytes, gateways },
  )
  releases.push(() => storage.stop())
  if (bitswap) await storage.speakBitswap(network.libp2p)
  return storage
}
