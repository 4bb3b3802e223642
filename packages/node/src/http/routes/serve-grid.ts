import { routes } from '@golem/api'
import type { OpenAPIHono } from '@hono/zod-openapi'
import type { GridApi } from '../daemon-api.ts'

export function serveGrid(app: OpenAPIHono, daemon: GridApi): void {
  app.openapi(routes.getGrid, async (c) => c.json(await daemon.grid(), 200))
}
