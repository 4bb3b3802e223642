import { routes } from '@golem/api'
import type { OpenAPIHono } from '@hono/zod-openapi'
import type { WalletApi } from '../daemon-api.ts'

export function serveWallet(app: OpenAPIHono, daemon: WalletApi): void {
  app.openapi(routes.getWallet, async (c) => c.json(await daemon.wallet(), 200))
  app.openapi(routes.deposit, async (c) => c.json(await daemon.deposit(c.req.valid('json').amountWei), 200))
  app.openapi(routes.exportWallet, async (c) => c.json(await daemon.exportWallet(c.req.valid('json')), 200))
  app.openapi(routes.withdraw, async (c) => c.json(await daemon.withdraw(c.req.valid('json').amountWei), 200))
}
