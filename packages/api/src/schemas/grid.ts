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
