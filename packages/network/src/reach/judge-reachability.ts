/** What is known about whether others can dial this node. Addresses are text. */
export type ReachFacts = {
  /** Ports that are listened on, as addresses; a page has none. */
  listening: readonly string[]
  /** Named by a person with `--announce`. */
  announced: readonly string[]
  /** Peers connected now; how many of them are beyond the local network. */
  peers: number
  peersOutside: number
  /** This node's hosts as peers outside see them. */
  seen: readonly string[]
  /** Whether one of those is an address of this machine itself. */
  isSeenAsItself: boolean
  /** The last try of each address, by peers outside. */
  tries: readonly { address: string; reached: boolean; why: string | null }[]
  /** Whether a router promised by UPnP to forward a port. */
  isForwarded: boolean
  /** Relays through which others reach this node. */
  relays: number
  /** Connected peers that relay for others. */
  relaysInSight: number
}

export type Reachability = {
  /** `direct`: others dial it. `relayed`: through relays only. `closed`: not at all. `local`: nobody outside could try. */
  state: 'direct' | 'relayed' | 'closed' | 'local' | 'unknown'
  why: string
  remedy: string | null
}

/** Says whether others can dial this node, why not, and what a person can do about it. */
export function judgeReachability(facts: ReachFacts): Reachability {
  const reached = facts.tries.filter((one) => one.reached).map(({ address }) => withoutHash(address))
  if (reached.length > 0) {
    return { state: 'direct', why: `Peers outside reached it at ${reached.join(', ')}.`, remedy: null }
  }
  if (facts.listening.length === 0) return throughRelays(facts, 'It listens nowhere, so nobody can dial it.', null)
  if (facts.peers === 0) {
    return {
      state: 'unknown',
      why: 'No peer is connected.',
      remedy: 'Lead it to a grid with `--bootstrap ADDRESS`; peers of the local network find each other alone.',
    }
  }
  if (facts.peersOutside === 0) {
    return {
      state: 'local',
      why: 'All connected peers are of this machine or its local network, so nobody from outside could try.',
      remedy: facts.relays > 0 ? null : 'For a grid beyond it, name a peer outside with `--bootstrap ADDRESS`.',
    }
  }
  if (facts.tries.length === 0) return { state: 'unknown', why: 'No peer outside has tried yet.', remedy: null }
  return throughRelays(facts, whyNot(facts), remedyFor(facts))
}

function throughRelays(facts: ReachFacts, why: string, remedy: string | null): Reachability {
  if (facts.relays > 0) {
    const helpers = facts.relays === 1 ? 'One relay passes' : `${facts.relays} relays pass`
    return { state: 'relayed', why: `${why} ${helpers} on what others say first.`, remedy }
  }
  const none =
    facts.relaysInSight > 0
      ? 'No connected relay has room for it.'
      : 'No connected peer relays for others; a peer with an address of its own does.'
  return { state: 'closed', why: `${why} ${none}`, remedy: remedy ?? 'Name a relay with `--bootstrap ADDRESS`.' }
}

function whyNot({ tries, isSeenAsItself, isForwarded, seen }: ReachFacts): string {
  const failures = tries.map(({ address, why }) => `${withoutHash(address)} (${why ?? 'no reason given'})`).join('; ')
  if (isForwarded) {
    return `Peers could not connect to ${failures}, though the router forwards a port: the internet provider seems to share one address among customers.`
  }
  if (isSeenAsItself) return `Peers could not connect to ${failures}: a firewall stands in between.`
  return `Peers see it as ${seen.join(', ')}, which is its router, and could not connect to ${failures}.`
}

function remedyFor({ listening, isSeenAsItself, isForwarded, announced }: ReachFacts): string {
  if (announced.length > 0) return 'Check the addresses that --announce names, and that they lead here.'
  const ports = [...new Set(listening.map(portOf).filter((port) => port !== null))].join(', ')
  if (isForwarded) return 'Ask the provider for an address of your own, or stay with relays.'
  if (isSeenAsItself) return `Let ${ports} through the firewall.`
  return `Forward ${ports} in the router to this machine, with fixed ports (--listen), or switch on UPnP there.`
}

/** Nobody types in a certificate's hash. */
const withoutHash = (address: string): string => address.replace(/\/certhash\/.*$/, '')

const portOf = (address: string): string | null => {
  const [, kind, port] = /\/(tcp|udp)\/(\d+)/.exec(address) ?? []
  return kind === undefined ? null : `${kind.toUpperCase()} port ${port}`
}
