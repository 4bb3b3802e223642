import { routes } from '@golem/api'
import type { OpenAPIHono } from '@hono/zod-openapi'
import type { BackupsApi, WalletApi } from '../daemon-api.ts'

export function serveWallet(app: OpenAPIHono, daemon: WalletApi & BackupsApi): void {
  app.openapi(routes.getWallet, async (c) => c.json(await daemon.wallet(), 200))
  app.openapi(routes.exportWallet, async (c) => c.json(await daemon.exportWallet(c.req.valid('json')), 200))
  app.openapi(routes.examineBackup, async (c) => c.json(await daemon.examineBackup(c.req.valid('json')), 200))
  app.openapi(routes.importWallet, async (c) => c.json(await daemon.importWallet(c.req.valid('json')), 200))
  app.openapi(routes.getHistory, async (c) => c.json(await daemon.history(c.req.valid('query').limit), 200))
}
