import { createRoute, z } from '@hono/zod-openapi'
import * as schemas from '../schemas/index.ts'
import { answers, body, security } from './shapes.ts'

export const getTrust = createRoute({
  method: 'get',
  path: '/v1/trust',
  operationId: 'getTrust',
  summary: 'Whom this node has seen at work, and what follows for them',
  security,
  responses: answers(schemas.trustView, 'Parties, newest first'),
})

export const getParty = createRoute({
  method: 'get',
  path: '/v1/trust/{address}',
  operationId: 'getParty',
  summary: 'What this node knows of one party, in words and with its evidence',
  security,
  request: { params: z.object({ address: schemas.addressText }) },
  responses: answers(schemas.trustDetail, 'The party'),
})

export const admitAuditor = createRoute({
  method: 'post',
  path: '/v1/admissions',
  operationId: 'admitAuditor',
  summary: 'The key by which one more node can check a verdict about a private job of this one',
  security,
  request: body(schemas.newAdmission),
  responses: answers(schemas.admission, 'The key, wrapped for that node'),
})

export const rerunVerdict = createRoute({
  method: 'post',
  path: '/v1/reruns',
  operationId: 'rerunVerdict',
  summary: 'Does the check of a verdict again, in the sandbox of this node, by the same seed',
  security,
  request: body(schemas.newRerun),
  responses: answers(schemas.rerun, 'What was said, and what was found'),
})
