import { routes } from '@golem/api'
import type { OpenAPIHono } from '@hono/zod-openapi'
import type { DisputesApi } from '../daemon-api.ts'

export function serveDisputes(app: OpenAPIHono, daemon: DisputesApi): void {
  app.openapi(routes.getDisputes, async (c) => c.json(await daemon.disputes(), 200))
}
