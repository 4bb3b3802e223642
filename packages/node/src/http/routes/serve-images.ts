import { routes } from '@golem/api'
import type { OpenAPIHono } from '@hono/zod-openapi'
import type { ImagesApi } from '../daemon-api.ts'

export function serveImages(app: OpenAPIHono, daemon: ImagesApi): void {
  app.openapi(routes.listImages, async (c) => c.json(await daemon.images(), 200))
  app.openapi(routes.addImage, async (c) =>
    c.json(await daemon.addImage(c.req.valid('json'), { signal: c.req.raw.signal }), 200),
  )
  app.openapi(routes.removeImage, async (c) => {
    await daemon.removeImage(c.req.valid('param').name)
    return c.json({}, 200)
  })
}
