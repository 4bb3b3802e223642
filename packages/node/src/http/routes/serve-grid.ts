import { routes } from '@golem/api'
import type { OpenAPIHono } from '@hono/zod-openapi'
import type { GridApi } from '../daemon-api.ts'

export function serveGrid(app: OpenAPIHono, daemon: GridApi): void {
  app.openapi(routes.getGrid, async (c) => c.json(await daemon.grid(), 200))
  app.openapi(routes.changeGrid, async (c) => {
    await daemon.changeGrid(c.req.valid('json'))
    return c.json({}, 200)
  })
}
