import { routes } from '@golem/api'
import { GolemError } from '@golem/protocol'
import type { OpenAPIHono } from '@hono/zod-openapi'
import type { Sessions } from '../../app/sessions.ts'
import type { UploadsApi } from '../daemon-api.ts'

/** What the Golem App needs for itself: how a browser comes in, and files that only it has. */
export function serveApp(
  app: OpenAPIHono,
  daemon: UploadsApi,
  { sessions, port }: { sessions: Sessions; port: () => number },
): void {
  app.openapi(routes.createLink, (c) => {
    const { code, expiresAtMs } = sessions.invite()
    return c.json({ url: `http://127.0.0.1:${port()}/enter?code=${code}`, expiresAtMs }, 200)
  })
  app.openapi(routes.signOut, (c) => {
    sessions.clear()
    return c.json({}, 200)
  })
  app.openapi(routes.createUpload, async (c) => c.json(await daemon.createUpload(), 200))
  app.openapi(routes.uploadFile, async (c) => {
    const body = c.req.raw.body
    const sizeBytes = Number(c.req.header('content-length') ?? Number.NaN)
    // An empty file has no body.
    if (body === null && sizeBytes !== 0 && !Number.isNaN(sizeBytes)) {
      throw new GolemError({
        code: 'INPUT_INVALID',
        message: 'The body of the file is missing.',
        remedy: 'Send the bytes of the file as the body of the request.',
      })
    }
    const { id } = c.req.valid('param')
    const file = { path: c.req.valid('query').path, sizeBytes: body === null ? 0 : sizeBytes, body }
    return c.json(await daemon.uploadFile(id, file, { signal: c.req.raw.signal }), 200)
  })
}
