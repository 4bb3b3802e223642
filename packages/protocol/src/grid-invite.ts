import { sha256 } from '@noble/hashes/sha2.js'
import { bytesToHex, hexToBytes, utf8ToBytes } from '@noble/hashes/utils.js'
import { z } from 'zod'
import { settlement } from './demand.ts'
import { GolemError } from './errors.ts'
import { bytes32 } from './primitives.ts'

/** Short enough for a QR code that fits a terminal of 80 columns. */
export const INVITE_ADDRESSES = 3

export const gridName = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,31}$/, 'a name has 1 to 32 small letters, digits and hyphens')

const PREFIX = 'golem://grid/'
const VERSION = '1'
const CHECK_CHARS = 6

/** What lets a machine into a private grid: whoever has it is a member. */
export const gridInvite = z.strictObject({
  name: gridName,
  /** 32 bytes that all members share. */
  psk: bytes32,
  /** The node that keeps the grid's chain, and that others are found through. */
  host: z.strictObject({
    peerId: z.string().regex(/^[1-9A-HJ-NP-Za-km-z]{40,60}$/),
    addresses: z
      .array(z.string().regex(/^\/(ip4|ip6|dns|dns4|dns6)\/[\w.:/-]{1,150}$/))
      .min(1)
      .max(INVITE_ADDRESSES),
  }),
  settlement,
})
export type GridInvite = z.infer<typeof gridInvite>

/**
 * An invite as a link: `golem://grid/studio/1~…`, of characters that no shell touches.
 *
 * @throws {RangeError} for what `decodeInvite` would not read: a defect of the caller
 */
export function encodeInvite(invite: GridInvite): string {
  const parsed = gridInvite.safeParse(invite)
  if (!parsed.success) throw new RangeError('an invite is made of what an invite may hold')
  const {
    name,
    psk,
    host,
    settlement: { chainId, payments, token },
  } = parsed.data
  const body = [VERSION, toText(psk), host.peerId, chainId, toText(payments), toText(token), host.addresses.join(',')]
  return `${PREFIX}${name}/${[...body, checkOf(name, body.join('~'))].join('~')}`
}

/** @throws {GolemError} `INVITE_INVALID` */
export function decodeInvite(text: string): GridInvite {
  const [, name = '', rest = ''] = /^golem:\/\/grid\/([^/]*)\/(.*)$/.exec(text.trim()) ?? []
  const parts = rest.split('~')
  if (name === '' || parts[0] === '')
    throw invalid('It is no link that `golem grid create` or `golem grid invite` prints.')
  if (parts[0] !== VERSION)
    throw invalid('It is of another version of Golem.', 'Use the same version on both machines.')
  const check = parts.pop()
  if (check !== checkOf(name, parts.join('~'))) throw invalid('Some of it is missing or was changed.')
  const [, psk = '', peerId, chainId, payments = '', token = '', addresses = ''] = parts
  const parsed = gridInvite.safeParse({
    name,
    psk: toHex(psk),
    host: { peerId, addresses: addresses.split(',') },
    settlement: { chainId: Number(chainId), payments: toHex(payments), token: toHex(token) },
  })
  if (!parsed.success) throw invalid('It holds what no invite holds.')
  return parsed.data
}

/** Of what a person copied: a letter too few is told apart from a wrong key. */
const checkOf = (name: string, body: string): string =>
  toText(`0x${bytesToHex(sha256(utf8ToBytes(`golem/invite\n${name}\n${body}`)))}`).slice(0, CHECK_CHARS)

const toText = (hex: string): string =>
  btoa(String.fromCharCode(...hexToBytes(hex.slice(2))))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '')

function toHex(text: string): string {
  try {
    const binary = atob(text.replaceAll('-', '+').replaceAll('_', '/'))
    return `0x${bytesToHex(Uint8Array.from(binary, (char) => char.charCodeAt(0)))}`
  } catch {
    return ''
  }
}

const invalid = (why: string, remedy = 'Copy the whole line, in quotes, or scan the code again.'): GolemError =>
  new GolemError({ code: 'INVITE_INVALID', message: `This is no invite that can be used. ${why}`, remedy })
