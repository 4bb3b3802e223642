import { createRoute, z } from '@hono/zod-openapi'
import * as schemas from '../schemas/index.ts'
import { answers, security } from './shapes.ts'

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
