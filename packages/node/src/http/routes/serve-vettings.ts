import { routes } from '@golem/api'
import type { OpenAPIHono } from '@hono/zod-openapi'
import type { VettingsApi } from '../daemon-api.ts'

export function serveVettings(app: OpenAPIHono, daemon: VettingsApi): void {
  app.openapi(routes.vet, async (c) => c.json(await daemon.vet(c.req.valid('json'), { signal: c.req.raw.signal }), 200))
  app.openapi(routes.getVetting, async (c) => c.json(await daemon.vetting(c.req.valid('param').report), 200))
}
