import { BlockList, isIP, isIPv4 } from 'node:net'

/**
 * What is on no public network: this machine, its neighbours, its router and what clouds serve on link-local addresses.
 * Source: the IANA special-purpose address registries (RFC 6890), and multicast.
 */
const SPECIAL_V4 = [
  ...['0.0.0.0/8', '10.0.0.0/8', '100.64.0.0/10', '127.0.0.0/8', '169.254.0.0/16', '172.16.0.0/12', '192.0.0.0/24'],
  ...['192.0.2.0/24', '192.88.99.0/24', '192.168.0.0/16', '198.18.0.0/15', '198.51.100.0/24', '203.0.113.0/24'],
  ...['224.0.0.0/4', '240.0.0.0/4'],
]
/** All that is given out as global unicast; what carries addresses of version 4 inside lies elsewhere, or below. */
const GLOBAL_V6 = ['2000::/3']
/** Protocol assignments with Teredo and ORCHID, documentation, 6to4, documentation again. */
const SPECIAL_V6 = ['2001::/23', '2001:db8::/32', '2002::/16', '3fff::/20']

const specialV4 = listOf(SPECIAL_V4, 'ipv4')
const globalV6 = listOf(GLOBAL_V6, 'ipv6')
const specialV6 = listOf(SPECIAL_V6, 'ipv6')

/** Whether an address is one of the public internet, as text of version 4 or 6. False for whatever is no address. */
export function isPublic(address: string): boolean {
  if (isIP(address) === 0) return false
  if (isIPv4(address)) return !specialV4.check(address, 'ipv4')
  return globalV6.check(address, 'ipv6') && !specialV6.check(address, 'ipv6')
}

function listOf(ranges: readonly string[], family: 'ipv4' | 'ipv6'): BlockList {
  const list = new BlockList()
  for (const range of ranges) {
    const [network = '', bits = ''] = range.split('/')
    list.addSubnet(network, Number(bits), family)
  }
  return list
}
