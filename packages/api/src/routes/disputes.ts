import { createRoute } from '@hono/zod-openapi'
import * as schemas from '../schemas/index.ts'
import { answers, security } from './shapes.ts'

export const getDisputes = createRoute({
  method: 'get',
  path: '/v1/disputes',
  operationId: 'getDisputes',
  summary: 'What this node has at stake, and the latest disputes that panels judge',
  security,
  responses: answers(schemas.disputesView, 'The disputes, newest first'),
})
