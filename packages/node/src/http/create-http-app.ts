import { GolemError } from '@golem/protocol'
import { OpenAPIHono } from '@hono/zod-openapi'
import type { MiddlewareHandler } from 'hono'
import type { Pages } from '../app/read-pages.ts'
import { answerError, type HttpLogger } from './answer-error.ts'
import type { DaemonApi } from './daemon-api.ts'
import { type GuardOptions, guardAddress, guardOwner } from './guard.ts'
import { inputInvalid } from './input-invalid.ts'
import { serveActs } from './routes/serve-acts.ts'
import { serveApp } from './routes/serve-app.ts'
import { serveAudits } from './routes/serve-audits.ts'
import { serveBlacklist } from './routes/serve-blacklist.ts'
import { serveChain } from './routes/serve-chain.ts'
import { serveCrowdfund } from './routes/serve-crowdfund.ts'
import { serveData } from './routes/serve-data.ts'
import { serveDisputes } from './routes/serve-disputes.ts'
import { serveExaminations } from './routes/serve-examinations.ts'
import { serveGrid } from './routes/serve-grid.ts'
import { serveImages } from './routes/serve-images.ts'
import { serveJobs } from './routes/serve-jobs.ts'
import { serveLending } from './routes/serve-lending.ts'
import { serveLive } from './routes/serve-live.ts'
import { serveMachine } from './routes/serve-machine.ts'
import { serveNet } from './routes/serve-net.ts'
import { serveNode } from './routes/serve-node.ts'
import { serveOffers } from './routes/serve-offers.ts'
import { servePolicy } from './routes/serve-policy.ts'
import { serveRegistry } from './routes/serve-registry.ts'
import { serveStart } from './routes/serve-start.ts'
import { serveTrust } from './routes/serve-trust.ts'
import { serveVettings } from './routes/serve-vettings.ts'
import { serveWallet } from './routes/serve-wallet.ts'
import { safely, servePages } from './serve-pages.ts'

/** No request body is read past this, but backups, and files that are put into a folder for them. */
export const BODY_LIMIT_BYTES = 1024 * 1024
/** A backup of 16 MiB has quotes to be escaped. It is held in memory, so that nothing of it lies on the disk. */
const BACKUP_LIMIT_BYTES = 32 * 1024 * 1024

export type HttpAppComponents = { daemon: DaemonApi; logger: HttpLogger }
export type HttpAppOptions = GuardOptions & {
  version: string
  /** The Golem App, as it was built. */
  pages: Pages
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
  app.use(safely)
  app.use(guardAddress(options))
  servePages(app, options)
  app.use(guardOwner(options))
  app.use(limitBody)

  serveApp(app, daemon, options)
  serveNode(app, daemon)
  serveJobs(app, { daemon, logger }, options)
  serveLive(app, { daemon, logger }, options)
  serveExaminations(app, daemon)
  serveLending(app, daemon)
  serveMachine(app, daemon)
  serveNet(app, daemon)
  serveGrid(app, daemon)
  serveStart(app, daemon)
  serveOffers(app, daemon)
  serveWallet(app, daemon)
  serveChain(app, daemon)
  serveActs(app, daemon)
  serveRegistry(app, daemon)
  serveBlacklist(app, daemon)
  serveTrust(app, daemon)
  serveAudits(app, daemon)
  serveVettings(app, daemon)
  serveCrowdfund(app, daemon)
  serveDisputes(app, daemon)
  servePolicy(app, daemon)
  serveImages(app, daemon)
  serveData(app, daemon)

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
  // Those have a bound of their own, and are never held in memory.
  if (req.method === 'PUT' && req.path.startsWith('/v1/uploads/')) return next()
  const limitBytes = req.path.startsWith('/v1/wallet/import') ? BACKUP_LIMIT_BYTES : BODY_LIMIT_BYTES
  if (Number(req.header('content-length') ?? 0) > limitBytes) {
    throw new GolemError({
      code: 'BODY_TOO_LARGE',
      message: `A request of more than ${limitBytes / 1024} KiB is not read.`,
      remedy: 'Name files by their path instead of sending them.',
    })
  }
  await next()
}
