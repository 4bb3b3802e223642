import { cutsOf } from '@golem/market'
import {
  type Address,
  asCid,
  type Cid,
  hashText,
  type Membership,
  type PeerContact,
  placeOfDemand,
} from '@golem/protocol'
import { type AnnounceOptions, createDirectoryNode, createSweep, type DirectoryNodeCore } from '@golem/roles'

/** The application that everybody lends. */
const MANIFEST: Cid = asCid(`bafkrei${'d'.repeat(52)}`)
const never = new AbortController().signal
/** Nothing is checked here: what a signature costs is no matter of routing. */
const SIGNATURE = `0x${'00'.repeat(65)}` as Membership['signature']
/** Rounds of announcements in which depths come to stand still, for all but a few. */
const MAX_ROUNDS = 6
const STILL_SHARE = 0.01

export type DemandTraffic = {
  /** Providers that got the demand. */
  deliveries: number
  /** Questions to the directory, each with its reply. */
  questions: number
}

/** As many providers of one application as wanted, whose wire is a call: the routing is the daemon's own. */
export type SimulatedGrid = {
  /** What one round of announcements costs each provider, on average: questions, each with its reply. */
  readonly questionsARound: number
  /**
   * Spreads one demand until so many have answered.
   *
   * @param isWilling who of those that get it answers
   */
  demand(name: string, wanted: number, isWilling: (provider: Address) => boolean): Promise<DemandTraffic>
}

type Simulated = { core: DirectoryNodeCore; address: Address; contact: PeerContact; depth: number }

/**
 * Joins one node after the other, each by way of one that is there, and lets the shards settle. They begin as a grid that
 * has been so large for long: that it comes to be so from nothing, is tested with the directory.
 */
export async function simulateGrid(size: number): Promise<SimulatedGrid> {
  const nodes = new Map<string, Simulated>()
  let questions = 0

  const addNode = (index: number): Simulated => {
    const peerId = `peer-${index}`
    const address = `0x${index.toString(16).padStart(40, '0')}` as Address
    const contact = { peerId, addresses: [`/memory/${peerId}`] }
    const core = createDirectoryNode({
      self: { peerId },
      contact: () => contact,
      now: () => 0,
      ask: async (to, request) => {
        questions += 1
        const there = nodes.get(to.peerId)
        if (!there) throw new Error(`there is no ${to.peerId}`)
        return there.core.handle({ peerId, address }, request)
      },
    })
    const node = { core, address, contact, depth: cutsOf(size) }
    nodes.set(peerId, node)
    return node
  }
  const signOf =
    (provider: Address): AnnounceOptions['sign'] =>
    (change, { expired }) => ({
      body: { provider, issuedAtMs: 0, expiresAtMs: expired ? 0 : 1, ...change },
      signature: SIGNATURE,
    })
  /** Each announces itself once more. @returns how many fitted their depth anew */
  const announceAll = async (): Promise<number> => {
    let moved = 0
    for (const node of nodes.values()) {
      const options = { manifest: MANIFEST, depth: node.depth, sign: signOf(node.address), signal: never }
      const { depth } = await node.core.announce(options)
      if (depth !== node.depth) moved += 1
      node.depth = depth
    }
    return moved
  }

  for (let index = 0; index < size; index += 1) {
    const node = addNode(index)
    const there = nodes.get(`peer-${Math.floor(index / 2)}`)
    if (index > 0 && there) node.core.learn(there.contact)
    await node.core.join(never)
  }
  let perRound = 0
  for (let round = 0; round < MAX_ROUNDS; round += 1) {
    const before = questions
    const moved = await announceAll()
    perRound = (questions - before) / size
    if (moved <= STILL_SHARE * size) break
  }

  return {
    questionsARound: perRound,
    async demand(name, wanted, isWilling) {
      const before = questions
      const asking = nodes.get(`peer-${Number(BigInt(hashText(name)) % BigInt(size))}`) as Simulated
      const near = placeOfDemand(MANIFEST, hashText(name))
      const sweep = createSweep(asking.core, { manifest: MANIFEST, near })
      let deliveries = 0
      for (let answers = 0; answers < wanted; ) {
        const drawn = await sweep.next(wanted, never)
        if (drawn.length === 0) break
        deliveries += drawn.length
        answers += drawn.filter(({ body }) => isWilling(body.provider)).length
      }
      return { deliveries, questions: questions - before }
    },
  }
}
