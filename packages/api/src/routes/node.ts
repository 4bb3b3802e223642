import { createRoute, z } from '@hono/zod-openapi'
import * as schemas from '../schemas/index.ts'
import { answers, security } from './shapes.ts'

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

export const getDoctor = createRoute({
  method: 'get',
  path: '/v1/doctor',
  operationId: 'getDoctor',
  summary:
    'What this machine can run, what is missing, and the remedy; or whether it runs one application, and why not',
  security,
  request: { query: z.object({ app: z.string().min(1).max(200).optional() }) },
  responses: answers(schemas.doctorReport, 'The checks'),
})
