import { routes } from '@golem/api'
import type { OpenAPIHono } from '@hono/zod-openapi'
import type { DataApi } from '../daemon-api.ts'

/** What takes long ends with the request that asked for it. */
export function serveData(app: OpenAPIHono, daemon: DataApi): void {
  app.openapi(routes.showData, async (c) => c.json(await daemon.showData(), 200))
  app.openapi(routes.addData, async (c) =>
    c.json(await daemon.addData(c.req.valid('json'), { signal: c.req.raw.signal }), 200),
  )
  app.openapi(routes.importData, async (c) =>
    c.json(await daemon.importData(c.req.valid('json'), { signal: c.req.raw.signal }), 200),
  )
  app.openapi(routes.clearData, async (c) => c.json(await daemon.clearData(), 200))
  app.openapi(routes.listData, async (c) => c.json(await daemon.listData(c.req.valid('param').cid), 200))
  app.openapi(routes.readText, async (c) =>
    c.json(await daemon.readText(c.req.valid('param').cid, { signal: c.req.raw.signal }), 200),
  )
  app.openapi(routes.writeData, async (c) => {
    const { cid } = c.req.valid('param')
    return c.json(await daemon.writeData(cid, c.req.valid('json'), { signal: c.req.raw.signal }), 200)
  })
  app.openapi(routes.exportData, async (c) => {
    const { cid } = c.req.valid('param')
    return c.json(await daemon.exportData(cid, c.req.valid('json'), { signal: c.req.raw.signal }), 200)
  })
  app.openapi(routes.pinData, async (c) => {
    const { cid } = c.req.valid('param')
    return c.json(await daemon.pinData(cid, c.req.valid('json'), { signal: c.req.raw.signal }), 200)
  })
  app.openapi(routes.unpinData, async (c) => {
    await daemon.unpinData(c.req.valid('param').cid)
    return c.json({}, 200)
  })
}
