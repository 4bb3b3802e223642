import { z } from '@hono/zod-openapi'
import { job } from './job.ts'
import { lendingView, lentWork } from './lending.ts'
import { earnings, machine } from './machine.ts'
import { net } from './net.ts'
import { offerView } from './offer.ts'
import { status } from './status.ts'
import { wallet } from './wallet.ts'

/** `at`: where a stream that breaks off goes on. A view is null where it cannot be read: asking for it says why. */
const live = <Name extends string, View extends z.ZodType>(name: Name, view: View) =>
  z.object({ at: z.string(), of: z.literal(name), view: view.nullable() })

/** One view, whole, as it is now. */
export const liveEvent = z
  .discriminatedUnion('of', [
    live('status', status),
    live('jobs', z.array(job)),
    live('lending', lendingView),
    live('lentWork', z.array(lentWork)),
    live('machine', machine),
    live('earnings', earnings),
    live('wallet', wallet),
    live('offers', z.array(offerView)),
    live('net', net),
  ])
  .openapi('LiveEvent')
export type LiveEvent = z.infer<typeof liveEvent>
export type LiveName = LiveEvent['of']

export const LIVE_NAMES = liveEvent.options.map(({ shape }) => shape.of.value)
