import { routes } from '@golem/api'
import type { OpenAPIHono } from '@hono/zod-openapi'
import type { BlacklistApi } from '../daemon-api.ts'

export function serveBlacklist(app: OpenAPIHono, daemon: BlacklistApi): void {
  app.openapi(routes.getBlacklist, async (c) => c.json(await daemon.blacklist(), 200))
  app.openapi(routes.getList, async (c) => c.json(await daemon.list(c.req.valid('param').owner), 200))
  app.openapi(routes.changeFollowing, async (c) => c.json(await daemon.changeFollowing(c.req.valid('json')), 200))
}
