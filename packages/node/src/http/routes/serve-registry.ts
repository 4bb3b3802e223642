import { routes } from '@golem/api'
import type { OpenAPIHono } from '@hono/zod-openapi'
import type { RegistryApi } from '../daemon-api.ts'

export function serveRegistry(app: OpenAPIHono, daemon: RegistryApi): void {
  app.openapi(routes.getRegistry, async (c) => c.json(await daemon.registry(c.req.valid('query')), 200))
}
