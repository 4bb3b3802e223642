import type { GridFile } from '@golem/api/grid-file'
import { createNetwork, type GolemNetwork } from '@golem/network'
import type { Logger } from 'pino'
import type { DaemonOptions } from '../../options.ts'
import type { DevPeers } from '../dev-peers.ts'
import { lastListen, rememberListen } from './last-listen.ts'
import type { Release } from './release.ts'

export async function openNetwork(
  options: DaemonOptions,
  privateKey: Uint8Array,
  { peers, grid }: { peers: DevPeers | null; grid: GridFile | null },
  logger: Logger,
  releases: Release[],
): Promise<GolemNetwork> {
  const psk = grid === null ? undefined : Buffer.from(grid.psk.slice(2), 'hex')
  const open = (listen: readonly string[]) =>
    createNetwork(
      { privateKey, logger: logger.child({ room: 'network' }) },
      {
        listen,
        announce: options.announce,
        bootstrap: [...options.bootstrap, ...(peers?.bootstrap ?? []), ...addressesOf(grid)],
        mdns: options.mdns,
        upnp: options.upnp ?? !(options.dev || options.grid),
        serveRelay: options.relay,
        admitOthers: options.bitswap,
        ...(psk === undefined ? {} : { psk }),
      },
    )
  const network = await (options.listen === undefined
    ? openAsBefore(open, options.home, psk === undefined ? ANY_PORTS : GRID_PORTS)
    : open(options.listen))
  releases.push(() => network.stop())
  return network
}

/** On the ports of the last run, so that what others remember still leads here; on others where those are taken. */
async function openAsBefore(
  open: (listen: readonly string[]) => Promise<GolemNetwork>,
  home: string,
  ports: readonly string[],
): Promise<GolemNetwork> {
  const before = await lastListen(home)
  const network = await (before === null ? open(ports) : open(before).catch(() => open(ports)))
  await rememberListen(home, ports, (await network.report()).listening)
  return network
}

/** The host's, which any member is found through. */
const addressesOf = (grid: GridFile | null): string[] =>
  grid?.role === 'member' ? grid.host.addresses.map((address) => `${address}/p2p/${grid.host.peerId}`) : []

/** WebRTC proves its peers by certificates of its own, and cannot ask for a grid's key. */
const GRID_PORTS = ['/ip4/0.0.0.0/tcp/0', '/ip4/0.0.0.0/tcp/0/ws']
const ANY_PORTS = ['/ip4/0.0.0.0/tcp/0', '/ip4/0.0.0.0/tcp/0/ws', '/ip4/0.0.0.0/udp/0/webrtc-direct']
