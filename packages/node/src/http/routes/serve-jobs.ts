import { routes } from '@golem/api'
import type { OpenAPIHono } from '@hono/zod-openapi'
import type { Context } from 'hono'
import type { Sessions } from '../../app/sessions.ts'
import type { SentFile } from '../../outputs/job-outputs.ts'
import type { HttpLogger } from '../answer-error.ts'
import type { JobsApi } from '../daemon-api.ts'
import { PICTURE } from '../picture.ts'
import { streamEvents } from '../stream-events.ts'

type Components = { daemon: JobsApi; logger: HttpLogger }

/** @param stopped ends the live streams */
export function serveJobs(
  app: OpenAPIHono,
  { daemon, logger }: Components,
  { stopped, sessions }: { stopped: AbortSignal; sessions: Sessions },
): void {
  app.openapi(routes.createJob, async (c) => c.json(await daemon.createJob(c.req.valid('json')), 200))
  app.openapi(routes.listJobs, async (c) => c.json(await daemon.jobs(), 200))
  app.openapi(routes.getJob, async (c) => c.json(await daemon.job(c.req.valid('param').id), 200))
  app.openapi(routes.watchJob, async (c) => {
    const { id } = c.req.valid('param')
    await daemon.job(id) // An unknown job gets its 404 while there still is a status to send.
    const afterSeq = c.req.valid('header')['last-event-id'] ?? null
    return streamEvents(c, {
      events: (signal) => daemon.watchJob(id, { afterSeq, signal }),
      idOf: ({ seq }) => String(seq),
      ...{ stopped, sessions, logger },
    })
  })
  app.openapi(routes.getPreview, async (c) => {
    const picture = await daemon.preview(c.req.valid('param').id, c.req.valid('query'))
    return c.body(Uint8Array.from(picture), 200, PICTURE)
  })
  app.openapi(routes.getRejectionPreview, async (c) => {
    const { id, index } = c.req.valid('param')
    const picture = await daemon.preview(id, { rejection: index, side: c.req.valid('query').side })
    return c.body(Uint8Array.from(picture), 200, PICTURE)
  })
  app.openapi(routes.getOutput, async (c) =>
    sendFile(c, await daemon.output(c.req.valid('param').id, c.req.valid('query').name)),
  )
  app.openapi(routes.getArchive, async (c) => sendFile(c, await daemon.archive(c.req.valid('param').id)))
  app.openapi(routes.getAnimation, async (c) =>
    sendFile(c, await daemon.animation(c.req.valid('param').id, c.req.valid('query').fps)),
  )
  app.openapi(routes.getVideo, async (c) => {
    const { fps } = c.req.valid('query')
    return sendFile(c, await daemon.video(c.req.valid('param').id, { fps, signal: c.req.raw.signal }))
  })
  app.openapi(routes.startJob, async (c) =>
    c.json(await daemon.startJob(c.req.valid('param').id, c.req.valid('json')), 200),
  )
  app.openapi(routes.cancelJob, async (c) => c.json(await daemon.cancelJob(c.req.valid('param').id), 200))
  app.openapi(routes.resumeJob, async (c) =>
    c.json(await daemon.resumeJob(c.req.valid('param').id, c.req.valid('json')), 200),
  )
  app.openapi(routes.pauseJob, async (c) => c.json(await daemon.pauseJob(c.req.valid('param').id), 200))
  app.openapi(routes.setBudget, async (c) =>
    c.json(await daemon.setBudget(c.req.valid('param').id, c.req.valid('json')), 200),
  )
  app.openapi(routes.redoGroup, async (c) =>
    c.json(await daemon.redoGroup(c.req.valid('param').id, c.req.valid('json')), 200),
  )
}

/** What others computed is shown as a picture or kept, and is never a page: its bytes are theirs. */
function sendFile(c: Context, { name, type, sizeBytes, body }: SentFile) {
  const isShown = type !== 'application/octet-stream' && type !== 'application/zip'
  return c.body(body, 200, {
    'content-type': type,
    'content-disposition': `${isShown ? 'inline' : 'attachment'}; filename*=UTF-8''${encodeURIComponent(name)}`,
    'content-security-policy': "default-src 'none'; sandbox",
    'cache-control': 'no-store',
    ...(sizeBytes === null ? {} : { 'content-length': String(sizeBytes) }),
  })
}
