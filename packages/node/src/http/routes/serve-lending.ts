import { routes } from '@golem/api'
import type { OpenAPIHono } from '@hono/zod-openapi'
import type { LendingApi } from '../daemon-api.ts'
import { PICTURE } from '../picture.ts'

export function serveLending(app: OpenAPIHono, daemon: LendingApi): void {
  app.openapi(routes.getLending, async (c) => c.json(await daemon.lending(), 200))
  app.openapi(routes.getLentWork, async (c) => c.json(await daemon.lentWork(), 200))
  app.openapi(routes.getLentWorkPicture, async (c) =>
    c.body(Uint8Array.from(await daemon.lentWorkPicture(c.req.valid('param').id)), 200, PICTURE),
  )
  app.openapi(routes.changeLending, async (c) => c.json(await daemon.changeLending(c.req.valid('json')), 200))
}
