import { routes } from '@golem/api'
import type { OpenAPIHono } from '@hono/zod-openapi'
import type { HttpLogger } from '../answer-error.ts'
import type { JobsApi } from '../daemon-api.ts'
import { streamJob } from '../stream-job.ts'

type Components = { daemon: JobsApi; logger: HttpLogger }

/** @param stopped ends the live streams */
export function serveJobs(
  app: OpenAPIHono,
  { daemon, logger }: Components,
  { stopped }: { stopped: AbortSignal },
): void {
  app.openapi(routes.createJob, async (c) => c.json(await daemon.createJob(c.req.valid('json')), 200))
  app.openapi(routes.listJobs, async (c) => c.json(await daemon.jobs(), 200))
  app.openapi(routes.getJob, async (c) => c.json(await daemon.job(c.req.valid('param').id), 200))
  app.openapi(routes.watchJob, async (c) => {
    const { id } = c.req.valid('param')
    await daemon.job(id) // An unknown job gets its 404 while there still is a status to send.
    const afterSeq = c.req.valid('header')['last-event-id'] ?? null
    return streamJob(c, { daemon, logger }, { id, afterSeq, stopped })
  })
  app.openapi(routes.getPreview, async (c) => {
    const picture = await daemon.preview(c.req.valid('param').id, c.req.valid('query').group)
    // It becomes another with every part that is accepted.
    return c.body(Uint8Array.from(picture), 200, { 'content-type': 'image/png', 'cache-control': 'no-store' })
  })
  app.openapi(routes.startJob, async (c) =>
    c.json(await daemon.startJob(c.req.valid('param').id, c.req.valid('json')), 200),
  )
  app.openapi(routes.cancelJob, async (c) => c.json(await daemon.cancelJob(c.req.valid('param').id), 200))
  app.openapi(routes.resumeJob, async (c) =>
    c.json(await daemon.resumeJob(c.req.valid('param').id, c.req.valid('json')), 200),
  )
}
