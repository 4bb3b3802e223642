import { z } from '@hono/zod-openapi'
import { address, addressText, cidText } from './primitives.ts'

export const listKind = z.enum(['provider', 'requestor', 'author', 'application'])
export type ListKind = z.infer<typeof listKind>
/** An address; of an application its id in the registry, or its name or CID on this node. */
const subject = z.string().min(1).max(200)
const onSubject = { kind: listKind, subject }

export const blacklistActs = [
  z.object({
    act: z.literal('list'),
    ...onSubject,
    evidence: cidText,
    /** Until the entry counts no more. */
    days: z
      .number()
      .min(1 / 24)
      .max(180),
  }),
  z.object({ act: z.literal('delist'), ...onSubject }),
  z.object({ act: z.literal('appeal'), owner: addressText, ...onSubject, statement: cidText }),
] as const

export const listEntry = z
  .object({
    kind: listKind,
    subject: z.string(),
    listedAtS: z.number(),
    expiresAtS: z.number(),
    isExpired: z.boolean(),
    /** CIDs, as they were written. */
    evidence: z.string(),
    appeal: z.string().nullable(),
  })
  .openapi('ListEntry')

export const listView = z.object({ owner: address, entries: z.array(listEntry) }).openapi('List')
export type ListView = z.infer<typeof listView>

export const followedList = z
  .object({
    owner: address,
    entries: z.number(),
    /** null where it was never read. */
    readAtMs: z.number().nullable(),
    problem: z.string().nullable(),
  })
  .openapi('FollowedList')

export const blacklistView = z
  .object({
    /** The contract. */
    address,
    chainId: z.number(),
    self: address,
    mode: z.enum(['auto', 'warn', 'off']),
    following: z.array(followedList),
  })
  .openapi('Blacklist')
export type BlacklistView = z.infer<typeof blacklistView>

/** What is left out stays as it is. */
export const followingChange = z
  .object({
    follow: addressText.optional(),
    unfollow: addressText.optional(),
    mode: z.enum(['auto', 'warn', 'off']).optional(),
  })
  .openapi('FollowingChange')
export type FollowingChange = z.infer<typeof followingChange>
