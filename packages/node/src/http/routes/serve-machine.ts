import { routes } from '@golem/api'
import type { OpenAPIHono } from '@hono/zod-openapi'
import type { MachineApi } from '../daemon-api.ts'

export function serveMachine(app: OpenAPIHono, daemon: MachineApi): void {
  app.openapi(routes.getMachine, async (c) => c.json(await daemon.machine(), 200))
  app.openapi(routes.getEarnings, async (c) => c.json(await daemon.earnings(), 200))
  app.openapi(routes.getLendingReceipts, async (c) => c.json(await daemon.lendingReceipts(), 200))
}
