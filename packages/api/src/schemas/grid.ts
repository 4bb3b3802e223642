import { z } from '@hono/zod-openapi'

/** The private grid that this node is in; null where it is in none. */
export const grid = z
  .object({
    name: z.string(),
    /** The host keeps the grid's chain, and revokes. */
    role: z.enum(['host', 'member']),
    /** Peers connected now: all of them have the grid's key. */
    members: z.number().int().nonnegative(),
    /** Lets a machine in; whoever has it is a member. */
    invite: z.string(),
  })
  .nullable()
  .openapi('Grid')
export type Grid = z.infer<typeof grid>

/** What a person does about private grids. The key of a new one, and of one whose invites are revoked, is made by the node. */
export const gridChange = z
  .discriminatedUnion('act', [
    z.object({ act: z.literal('create'), name: z.string().max(100) }),
    /** Again, with the newest invite, where the node is in it already. */
    z.object({ act: z.literal('join'), invite: z.string().max(4_000) }),
    /** `end`: on the host, for everybody. */
    z.object({ act: z.literal('leave'), end: z.boolean().optional() }),
    z.object({ act: z.literal('revoke') }),
  ])
  .openapi('GridChange', { example: { act: 'create', name: 'studio' } })
export type GridChange = z.infer<typeof gridChange>
