import { routes } from '@golem/api'
import type { OpenAPIHono } from '@hono/zod-openapi'
import type { StartApi } from '../daemon-api.ts'

export function serveStart(app: OpenAPIHono, daemon: StartApi): void {
  app.openapi(routes.getStart, async (c) => c.json(await daemon.start(), 200))
  app.openapi(routes.changeStart, async (c) => {
    await daemon.changeStart(c.req.valid('json'))
    return c.json({}, 200)
  })
}
