import { routes } from '@golem/api'
import type { OpenAPIHono } from '@hono/zod-openapi'
import type { CrowdfundApi } from '../daemon-api.ts'

export function serveCrowdfund(app: OpenAPIHono, daemon: CrowdfundApi): void {
  app.openapi(routes.getCrowdfund, async (c) => c.json(await daemon.crowdfund(), 200))
}
