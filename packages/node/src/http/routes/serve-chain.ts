import { routes } from '@golem/api'
import type { OpenAPIHono } from '@hono/zod-openapi'
import type { ChainApi } from '../daemon-api.ts'

export function serveChain(app: OpenAPIHono, daemon: ChainApi): void {
  app.openapi(routes.getChain, async (c) => c.json(await daemon.chain(), 200))
  app.openapi(routes.changeChain, async (c) => {
    await daemon.changeChain(c.req.valid('json'))
    return c.json({}, 200)
  })
  app.openapi(routes.quoteContracts, async (c) => c.json(await daemon.quoteContracts(c.req.valid('json')), 200))
  app.openapi(routes.makeContracts, async (c) => c.json(await daemon.makeContracts(c.req.valid('json')), 200))
}
