import { routes } from '@golem/api'
import type { OpenAPIHono } from '@hono/zod-openapi'
import type { NodeApi } from '../daemon-api.ts'

export function serveNode(app: OpenAPIHono, daemon: NodeApi): void {
  app.openapi(routes.getStatus, async (c) => c.json(await daemon.status(), 200))
  app.openapi(routes.shutdown, async (c) => {
    await daemon.shutdown()
    return c.json({}, 200)
  })
  app.openapi(routes.getDoctor, async (c) => c.json(await daemon.doctor(c.req.valid('query').app), 200))
}
