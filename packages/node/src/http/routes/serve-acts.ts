import { routes } from '@golem/api'
import type { OpenAPIHono } from '@hono/zod-openapi'
import type { ActsApi } from '../daemon-api.ts'

export function serveActs(app: OpenAPIHono, daemon: ActsApi): void {
  app.openapi(routes.quoteAct, async (c) => c.json(await daemon.quote(c.req.valid('json')), 200))
  app.openapi(routes.doAct, async (c) => c.json(await daemon.act(c.req.valid('json')), 200))
}
