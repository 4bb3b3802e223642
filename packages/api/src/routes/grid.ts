import { createRoute } from '@hono/zod-openapi'
import * as schemas from '../schemas/index.ts'
import { answers, security } from './shapes.ts'

export const getGrid = createRoute({
  method: 'get',
  path: '/v1/grid',
  operationId: 'getGrid',
  summary: 'The private grid that this node is in, with an invite to it',
  security,
  responses: answers(schemas.grid, 'The grid, or null'),
})
