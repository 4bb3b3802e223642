import { routes } from '@golem/api'
import type { OpenAPIHono } from '@hono/zod-openapi'
import type { OffersApi } from '../daemon-api.ts'

export function serveOffers(app: OpenAPIHono, daemon: OffersApi): void {
  app.openapi(routes.listOffers, async (c) => c.json(await daemon.offers(), 200))
}
