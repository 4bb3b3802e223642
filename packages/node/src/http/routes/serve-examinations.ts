import { routes } from '@golem/api'
import type { OpenAPIHono } from '@hono/zod-openapi'
import type { ExaminationsApi } from '../daemon-api.ts'

export function serveExaminations(app: OpenAPIHono, daemon: ExaminationsApi): void {
  app.openapi(routes.examine, async (c) =>
    c.json(await daemon.examine(c.req.valid('json'), { signal: c.req.raw.signal }), 200),
  )
  app.openapi(routes.getPrices, async (c) => c.json(await daemon.prices(c.req.valid('query').app), 200))
}
