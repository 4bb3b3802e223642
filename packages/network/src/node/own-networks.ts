import { BlockList, isIPv4 } from 'node:net'
import { networkInterfaces } from 'node:os'

/** Whether a host is in one of the networks that this machine's interfaces are in, at this moment. */
export function isOnOwnNetwork(host: string): boolean {
  const networks = new BlockList()
  for (const { cidr, family } of Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? [])) {
    const [network, prefix] = cidr?.split('/') ?? []
    if (network !== undefined) networks.addSubnet(network, Number(prefix), family === 'IPv4' ? 'ipv4' : 'ipv6')
  }
  return networks.check(host, isIPv4(host) ? 'ipv4' : 'ipv6')
}
