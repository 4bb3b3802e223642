import { LIVE_NAMES, routes } from '@golem/api'
import type { OpenAPIHono } from '@hono/zod-openapi'
import type { Sessions } from '../../app/sessions.ts'
import type { HttpLogger } from '../answer-error.ts'
import type { DaemonApi } from '../daemon-api.ts'
import { streamEvents } from '../stream-events.ts'
import { watchViews } from '../watch-views.ts'

/** @param stopped ends the live streams */
export function serveLive(
  app: OpenAPIHono,
  { daemon, logger }: { daemon: DaemonApi; logger: HttpLogger },
  { stopped, sessions }: { stopped: AbortSignal; sessions: Sessions },
): void {
  app.openapi(routes.watchViews, (c) => {
    const asked = c.req.valid('query').of.split(',')
    const names = LIVE_NAMES.filter((name) => asked.includes(name))
    const after = c.req.valid('header')['last-event-id'] ?? null
    return streamEvents(c, {
      events: (signal) => watchViews(daemon, names, { after, signal }),
      idOf: ({ at }) => at,
      ...{ stopped, sessions, logger },
    })
  })
}
