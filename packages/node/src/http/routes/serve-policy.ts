import { routes } from '@golem/api'
import type { OpenAPIHono } from '@hono/zod-openapi'
import type { PolicyApi } from '../daemon-api.ts'

export function servePolicy(app: OpenAPIHono, daemon: PolicyApi): void {
  app.openapi(routes.getPolicy, async (c) => c.json(await daemon.policy(), 200))
  app.openapi(routes.setPolicy, async (c) => c.json(await daemon.setPolicy(c.req.valid('json').changes), 200))
}
