import { describe, expect, it } from 'vitest'
import { judgeReachability, type ReachFacts } from './judge-reachability.ts'

const TCP = '/ip4/203.0.113.7/tcp/4001'
const facts = (changes: Partial<ReachFacts>): ReachFacts => ({
  listening: ['/ip4/192.168.1.2/tcp/4001', '/ip4/192.168.1.2/udp/4001/webrtc-direct'],
  announced: [],
  peers: 3,
  peersOutside: 3,
  seen: ['203.0.113.7'],
  isSeenAsItself: false,
  tries: [{ address: TCP, reached: false, why: 'it did not answer in time' }],
  isForwarded: false,
  relays: 0,
  relaysInSight: 0,
  ...changes,
})

describe('says whether others can dial a node, and why not', () => {
  it.each<[string, Partial<ReachFacts>, string, RegExp, RegExp | null]>([
    ['was dialled', { tries: [{ address: TCP, reached: true, why: null }] }, 'direct', /reached it at .*4001/, null],
    ['is behind a router', {}, 'closed', /its router.*did not answer in time/, /Forward TCP port 4001, UDP port 4001/],
    ['is behind a router with a relay', { relays: 1 }, 'relayed', /One relay passes/, /Forward TCP port 4001/],
    ['is behind a firewall', { isSeenAsItself: true }, 'closed', /firewall/, /through the firewall/],
    ['shares an address', { isForwarded: true, relays: 2 }, 'relayed', /share one address.*2 relays/, /of your own/],
    ['finds full relays', { relaysInSight: 2 }, 'closed', /has room/, /Forward/],
    ['announces what leads nowhere', { announced: [TCP], relays: 1 }, 'relayed', /could not/, /--announce/],
    ['is a page', { listening: [], tries: [], relays: 1 }, 'relayed', /listens nowhere/, null],
    ['is a page without a relay', { listening: [], tries: [] }, 'closed', /No connected peer relays/, /--bootstrap/],
    ['is alone', { peers: 0, peersOutside: 0, tries: [] }, 'unknown', /No peer is connected/, /--bootstrap/],
    ['knows the local network alone', { peersOutside: 0, tries: [] }, 'local', /nobody from outside/, /--bootstrap/],
    ['waits for the first try', { tries: [] }, 'unknown', /has tried yet/, null],
  ])('that %s', (_, changes, state, why, remedy) => {
    const judged = judgeReachability(facts(changes))
    expect(judged.state).toBe(state)
    expect(judged.why).toMatch(why)
    if (remedy === null) expect(judged.remedy).toBeNull()
    else expect(judged.remedy).toMatch(remedy)
  })
})
