import { createRoute } from '@hono/zod-openapi'
import * as schemas from '../schemas/index.ts'
import { answers, body, security } from './shapes.ts'

export const getGrid = createRoute({
  method: 'get',
  path: '/v1/grid',
  operationId: 'getGrid',
  summary: 'The private grid that this node is in, with an invite to it',
  security,
  responses: answers(schemas.grid, 'The grid, or null'),
})

export const changeGrid = createRoute({
  method: 'post',
  path: '/v1/grid',
  operationId: 'changeGrid',
  summary:
    'Begins, enters or leaves a private grid, or revokes its invites. The node then starts anew, at this address',
  description:
    'Answers when that begins. Where the node does not come up, it is as it was before, and the status says why.',
  security,
  request: body(schemas.gridChange),
  responses: answers(schemas.nothing, 'It begins'),
})
