import { createNetwork, type GolemNetwork } from '@golem/network'
import type { Logger } from 'pino'
import type { DaemonOptions } from '../../options.ts'
import type { DevPeers } from '../dev-peers.ts'
import { lastListen, rememberListen } from './last-listen.ts'
import type { Release } from './release.ts'

export async function openNetwork(
  options: DaemonOptions,
  privateKey: Uint8Array,
  peers: DevPeers | null,
  logger: Logger,
  releases: Release[],
): Promise<GolemNetwork> {
  const open = (listen: readonly string[]) =>
    createNetwork(
      { privateKey, logger: logger.child({ room: 'network' }) },
      {
        listen,
        announce: options.announce,
        bootstrap: [...options.bootstrap, ...(peers?.bootstrap ?? [])],
        mdns: options.mdns,
        upnp: options.upnp ?? !options.dev,
        serveRelay: options.relay,
        admitOthers: options.bitswap,
      },
    )
  const network = await (options.listen === undefined ? openAsBefore(open, options.home) : open(options.listen))
  releases.push(() => network.stop())
  return network
}

/** On the ports of the last run, so that what others remember still leads here; on others where those are taken. */
async function openAsBefore(
  open: (listen: readonly string[]) => Promise<GolemNetwork>,
  home: string,
): Promise<GolemNetwork> {
  const before = await lastListen(home)
  const network = await (before === null ? open(ANY_PORTS) : open(before).catch(() => open(ANY_PORTS)))
  await rememberListen(home, ANY_PORTS, (await network.report()).listening)
  return network
}

const ANY_PORTS = ['/ip4/0.0.0.0/tcp/0', '/ip4/0.0.0.0/tcp/0/ws', '/ip4/0.0.0.0/udp/0/webrtc-direct']
