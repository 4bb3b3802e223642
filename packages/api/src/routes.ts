import { createRoute, z } from '@hono/zod-openapi'
import * as schemas from './schemas.ts'

const json = <S extends z.ZodType>(schema: S, description: string) => ({
  content: { 'application/json': { schema } },
  description,
})
const answers = <S extends z.ZodType>(schema: S, description: string) => ({
  200: json(schema, description),
  default: json(schemas.errorBody, 'What went wrong, and the remedy'),
})
/** `required`, because a body without its content type would otherwise go unchecked. */
const body = <S extends z.ZodType>(schema: S) => ({
  body: { content: { 'application/json': { schema } }, required: true },
})
const params = z.object({ id: z.string().max(100).openapi({ example: '7f3a9c21' }) })
const security = [{ token: [] }]

export const getStatus = createRoute({
  method: 'get',
  path: '/v1/status',
  operationId: 'getStatus',
  summary: 'What the daemon is and does',
  security,
  responses: answers(schemas.status, 'The status'),
})

export const shutdown = createRoute({
  method: 'post',
  path: '/v1/shutdown',
  operationId: 'shutdown',
  summary: 'Ends the daemon in an orderly way; unfinished jobs go on when it is started again',
  security,
  responses: answers(schemas.nothing, 'The end has begun'),
})

export const createJob = createRoute({
  method: 'post',
  path: '/v1/jobs',
  operationId: 'createJob',
  summary: 'Begins a job',
  security,
  request: body(schemas.newJob),
  responses: answers(schemas.job, 'The new job'),
})

export const listJobs = createRoute({
  method: 'get',
  path: '/v1/jobs',
  operationId: 'listJobs',
  summary: 'All jobs, newest first',
  security,
  responses: answers(z.array(schemas.job), 'The jobs'),
})

export const getJob = createRoute({
  method: 'get',
  path: '/v1/jobs/{id}',
  operationId: 'getJob',
  summary: 'One job with its subtasks',
  security,
  request: { params },
  responses: answers(schemas.jobDetail, 'The job'),
})

export const watchJob = createRoute({
  method: 'get',
  path: '/v1/jobs/{id}/events',
  operationId: 'watchJob',
  summary: 'Live events of a job, each the whole view; ends when the job has ended',
  security,
  request: {
    params,
    headers: z.object({
      'last-event-id': z.coerce
        .number()
        .int()
        .optional()
        .openapi({ description: 'The last event seen; the view is then only sent where it is another' }),
    }),
  },
  responses: {
    200: {
      content: { 'text/event-stream': { schema: schemas.jobEvent } },
      description: 'Server-sent events: `id` is the sequence number, `data` one JobEvent',
    },
    default: json(schemas.errorBody, 'What went wrong, and the remedy'),
  },
})

export const startJob = createRoute({
  method: 'post',
  path: '/v1/jobs/{id}/start',
  operationId: 'startJob',
  summary: 'Accepts the price of a job that waits for it',
  security,
  request: { params, ...body(schemas.startJob) },
  responses: answers(schemas.job, 'The job'),
})

export const cancelJob = createRoute({
  method: 'post',
  path: '/v1/jobs/{id}/cancel',
  operationId: 'cancelJob',
  summary: 'Stops a job cleanly; what is finished is kept',
  security,
  request: { params },
  responses: answers(schemas.job, 'The job'),
})

export const resumeJob = createRoute({
  method: 'post',
  path: '/v1/jobs/{id}/resume',
  operationId: 'resumeJob',
  summary: 'Goes on with a failed or cancelled job; nothing accepted is computed again',
  security,
  request: { params, ...body(schemas.startJob) },
  responses: answers(schemas.job, 'The job'),
})

export const listOffers = createRoute({
  method: 'get',
  path: '/v1/offers',
  operationId: 'listOffers',
  summary: 'Offers of providers, as seen by this node',
  security,
  responses: answers(z.array(schemas.offerView), 'The offers'),
})

export const getWallet = createRoute({
  method: 'get',
  path: '/v1/wallet',
  operationId: 'getWallet',
  summary: 'Balances, locked and owed money',
  security,
  responses: answers(schemas.wallet, 'The wallet'),
})

export const deposit = createRoute({
  method: 'post',
  path: '/v1/wallet/deposit',
  operationId: 'deposit',
  summary: 'Moves GLM from the wallet into the payment contract',
  security,
  request: body(schemas.amountBody),
  responses: answers(schemas.receipt, 'The transaction'),
})

export const withdraw = createRoute({
  method: 'post',
  path: '/v1/wallet/withdraw',
  operationId: 'withdraw',
  summary: 'Moves free GLM from the payment contract into the wallet',
  security,
  request: body(schemas.amountBody),
  responses: answers(schemas.receipt, 'The transaction'),
})

export const getDoctor = createRoute({
  method: 'get',
  path: '/v1/doctor',
  operationId: 'getDoctor',
  summary: 'What this machine can run, what is missing, and the remedy',
  security,
  responses: answers(schemas.doctorReport, 'The checks'),
})
