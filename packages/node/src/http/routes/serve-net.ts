import { routes } from '@golem/api'
import type { OpenAPIHono } from '@hono/zod-openapi'
import type { NetApi } from '../daemon-api.ts'

export function serveNet(app: OpenAPIHono, daemon: NetApi): void {
  app.openapi(routes.getNet, async (c) => c.json(await daemon.net(), 200))
}
