import { routes } from '@golem/api'
import { GolemError } from '@golem/protocol'
import { OpenAPIHono } from '@hono/zod-openapi'
import type { MiddlewareHandler } from 'hono'
import { answerError, type HttpLogger } from './answer-error.ts'
import type { DaemonApi } from './daemon-api.ts'
import { type GuardOptions, guard } from './guard.ts'
import { inputInvalid } from './input-invalid.ts'
import { streamJob } from './stream-job.ts'

/** No request body is read past this. */
export const BODY_LIMIT_BYTES = 1024 * 1024

export type HttpAppComponents = { daemon: DaemonApi; logger: HttpLogger }
export type HttpAppOptions = GuardOptions & {
  version: string
  /** Ends the live streams. */
  stopped: AbortSignal
}

/** The daemon's routes behind the guard, as a fetch handler. */
export function createHttpApp({ daemon, logger }: HttpAppComponents, options: HttpAppOptions) {
  const app = new OpenAPIHono({
    defaultHook: (result) => {
      if (!result.success) throw inputInvalid(result.error.issues)
    },
  })
  app.onError(answerError(logger))
  app.notFound(() => {
    throw new GolemError({ code: 'ROUTE_UNKNOWN', message: 'There is nothing here.', remedy: 'See GET /openapi.json.' })
  })
  app.use(guard(options))
  app.use(limitBody)

  app.openapi(routes.getStatus, async (c) => c.json(await daemon.status(), 200))
  app.openapi(routes.shutdown, async (c) => {
    await daemon.shutdown()
    return c.json({}, 200)
  })
  app.openapi(routes.createJob, async (c) => c.json(await daemon.createJob(c.req.valid('json')), 200))
  app.openapi(routes.listJobs, async (c) => c.json(await daemon.jobs(), 200))
  app.openapi(routes.getJob, async (c) => c.json(await daemon.job(c.req.valid('param').id), 200))
  app.openapi(routes.watchJob, async (c) => {
    const { id } = c.req.valid('param')
    await daemon.job(id) // An unknown job gets its 404 while there still is a status to send.
    const afterSeq = c.req.valid('header')['last-event-id'] ?? null
    return streamJob(c, { daemon, logger }, { id, afterSeq, stopped: options.stopped })
  })
  app.openapi(routes.startJob, async (c) =>
    c.json(await daemon.startJob(c.req.valid('param').id, c.req.valid('json')), 200),
  )
  app.openapi(routes.cancelJob, async (c) => c.json(await daemon.cancelJob(c.req.valid('param').id), 200))
  app.openapi(routes.resumeJob, async (c) =>
    c.json(await daemon.resumeJob(c.req.valid('param').id, c.req.valid('json')), 200),
  )
  app.openapi(routes.listOffers, async (c) => c.json(await daemon.offers(), 200))
  app.openapi(routes.getWallet, async (c) => c.json(await daemon.wallet(), 200))
  app.openapi(routes.deposit, async (c) => c.json(await daemon.deposit(c.req.valid('json').amountWei), 200))
  app.openapi(routes.withdraw, async (c) => c.json(await daemon.withdraw(c.req.valid('json').amountWei), 200))
  app.openapi(routes.getDoctor, async (c) => c.json(await daemon.doctor(), 200))

  app.openAPIRegistry.registerComponent('securitySchemes', 'token', { type: 'http', scheme: 'bearer' })
  const about = { openapi: '3.1.0', info: { title: 'Golem daemon', version: options.version } }
  app.get('/openapi.json', (c) => c.json(app.getOpenAPI31Document(about)))
  return app
}

/** By what a request says of itself: Node reads no more of a body than that, and one that does not say is not read. */
const limitBody: MiddlewareHandler = async ({ req }, next) => {
  if (req.header('transfer-encoding') !== undefined) {
    throw new GolemError({
      code: 'LENGTH_MISSING',
      message: 'A request has to say how long its body is.',
      remedy: 'Send a Content-Length.',
    })
  }
  if (Number(req.header('content-length') ?? 0) > BODY_LIMIT_BYTES) {
    throw new GolemError({
      code: 'BODY_TOO_LARGE',
      message: `A request of more than ${BODY_LIMIT_BYTES / 1024} KiB is not read.`,
      remedy: 'Name files by their path instead of sending them.',
    })
  }
  await next()
}
