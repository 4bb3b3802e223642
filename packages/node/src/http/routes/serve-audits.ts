import { routes } from '@golem/api'
import type { OpenAPIHono } from '@hono/zod-openapi'
import type { AuditsApi } from '../daemon-api.ts'

export function serveAudits(app: OpenAPIHono, daemon: AuditsApi): void {
  app.openapi(routes.getAudits, async (c) => c.json(await daemon.audits(), 200))
  app.openapi(routes.changeAudits, async (c) => c.json(await daemon.changeAudits(c.req.valid('json')), 200))
}
