import { createRoute } from '@hono/zod-openapi'
import * as schemas from '../schemas/index.ts'
import { answers, body, security } from './shapes.ts'

export const getLending = createRoute({
  method: 'get',
  path: '/v1/lending',
  operationId: 'getLending',
  summary: 'How this machine lends, whether it does now, and why not',
  security,
  responses: answers(schemas.lendingView, 'Lending'),
})

export const changeLending = createRoute({
  method: 'post',
  path: '/v1/lending',
  operationId: 'changeLending',
  summary: 'Begins, changes, pauses or ends lending; what is left out stays as it is',
  security,
  request: body(schemas.lendingChange),
  responses: answers(schemas.lendingView, 'Lending, as it is now'),
})
