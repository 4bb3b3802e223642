import { z } from 'zod'
import { type PeerContact, peerContact } from './demand.ts'
import { canonicalJson } from './json.ts'
import { type Address, address, type Bytes32, type Cid, cid, signature, timestampMs } from './primitives.ts'
import { type RecoverSigner, recoverSigner, type Signer } from './signer.ts'
import { hashText } from './typed-data.ts'

/** Asks a node what it holds of the directory, or adds to it. One request and one reply a stream. */
export const DIRECTORY_PROTOCOL = '/golem/directory/1.0.0'
/** Shards are cut at most so deep: 2^20 of them, for 64 million providers of one application. */
export const MAX_DEPTH = 20
/** Nodes and members in one reply: of a shard of the usual size, all. */
export const MAX_NODES = 16
export const MAX_MEMBERS = 64

/** Where something stands in the directory: 64 bits of a hash. Near is what differs in low bits only. */
export type Place = bigint
const place = z
  .string()
  .regex(/^[0-9a-f]{16}$/)
  .transform((hex): Place => BigInt(`0x${hex}`))
/** As it crosses the wire. */
export const placeText = (of: Place): string => of.toString(16).padStart(16, '0')

/** Places that were computed last: one search asks for the same ones again and again. */
const MAX_PLACES = 8_192
const places = new Map<string, Place>()
function placeOf(text: string): Place {
  const known = places.get(text)
  if (known !== undefined) return known
  const place = BigInt(hashText(text).slice(0, 18))
  if (places.size >= MAX_PLACES) places.clear()
  places.set(text, place)
  return place
}
/** A node's own: it cannot be chosen without another key. */
export const placeOfPeer = (peerId: string): Place => placeOf(`golem/peer/1\n${peerId}`)
/** A provider's, among those who lend the same application. */
export const placeOfMember = (manifest: Cid, provider: Address): Place =>
  placeOf(`golem/member/1\n${manifest}\n${provider}`)

/** What passes through a search is met again and again, as the same object: its place is looked up once. */
const placesOf = new WeakMap<object, Place>()
function placeOnce<T extends object>(of: T, place: (of: T) => Place): Place {
  const known = placesOf.get(of)
  if (known !== undefined) return known
  const found = place(of)
  placesOf.set(of, found)
  return found
}
export const placeOfContact = (contact: PeerContact): Place => placeOnce(contact, ({ peerId }) => placeOfPeer(peerId))
export const placeOfMembership = ({ body }: Membership): Place =>
  placeOnce(body, ({ manifest, provider }) => placeOfMember(manifest, provider))

/** A demand's: who stands near it is asked first. */
export const placeOfDemand = (manifest: Cid, demandId: Bytes32): Place =>
  placeOf(`golem/demand/1\n${manifest}\n${demandId}`)

/** Where the list of a shard is kept: at the nodes nearest to it. `shard` is the first `level` bits of its members. */
export const placeOfShard = (manifest: Cid, level: number, shard: bigint): Place =>
  placeOf(`golem/shard/1\n${manifest}\n${level}\n${shard}`)

const depth = z.number().int().min(0).max(MAX_DEPTH)

/** A provider's word that it lends an application, kept by the nodes nearest to its shard. */
export const membershipBody = z.strictObject({
  provider: address,
  manifest: cid,
  contact: peerContact,
  /** How deep it takes its shard to be cut. */
  depth,
  issuedAtMs: timestampMs,
  expiresAtMs: timestampMs,
})
export type MembershipBody = z.infer<typeof membershipBody>
export const membership = z.strictObject({ body: membershipBody, signature })
export type Membership = z.infer<typeof membership>

const digest = (body: MembershipBody) => hashText(`golem/membership/1\n${canonicalJson(body)}`)
export const signMembership = (signer: Signer, body: MembershipBody): Membership => ({
  body,
  signature: signer.signDigest(digest(body)),
})
export const isMembershipSigned = ({ body, signature: by }: Membership, recover: RecoverSigner = recoverSigner) =>
  recover(digest(body), by) === body.provider

/** `contact` is the asking node's own: who is asked learns of it. */
export const directoryRequest = z.discriminatedUnion('type', [
  /** Which nodes stand near a place? */
  z.strictObject({ type: z.literal('find'), contact: peerContact, near: place }),
  /** Keep this, as one of the shard at `level` bits of its place. */
  z.strictObject({ type: z.literal('announce'), contact: peerContact, level: depth, membership }),
  /** Who of the shard at `level` bits of `near` stands nearest to it? */
  z.strictObject({
    type: z.literal('members'),
    contact: peerContact,
    manifest: cid,
    level: depth,
    near: place,
    count: z.number().int().min(1).max(MAX_MEMBERS),
  }),
])
export type DirectoryRequest = z.output<typeof directoryRequest>

/** `nodes` are nearer to what was asked for than the one that answers; `population` is how many the shard stands for. */
export const directoryReply = z.strictObject({
  contact: peerContact,
  nodes: z.array(peerContact).max(MAX_NODES),
  population: z.number().int().nonnegative(),
  members: z.array(membership).max(MAX_MEMBERS),
})
export type DirectoryReply = z.infer<typeof directoryReply>
