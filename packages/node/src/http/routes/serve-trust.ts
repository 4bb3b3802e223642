import { routes } from '@golem/api'
import type { OpenAPIHono } from '@hono/zod-openapi'
import type { TrustApi } from '../daemon-api.ts'

export function serveTrust(app: OpenAPIHono, daemon: TrustApi): void {
  app.openapi(routes.getTrust, async (c) => c.json(await daemon.trust(), 200))
  app.openapi(routes.admitAuditor, async (c) =>
    c.json(await daemon.admit(c.req.valid('json'), { signal: c.req.raw.signal }), 200),
  )
  app.openapi(routes.rerunVerdict, async (c) =>
    c.json(await daemon.rerun(c.req.valid('json'), { signal: c.req.raw.signal }), 200),
  )
  app.openapi(routes.getParty, async (c) => c.json(await daemon.party(c.req.valid('param').address), 200))
}
