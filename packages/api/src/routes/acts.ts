import { createRoute } from '@hono/zod-openapi'
import * as schemas from '../schemas/index.ts'
import { answers, body, security } from './shapes.ts'

export const quoteAct = createRoute({
  method: 'post',
  path: '/v1/acts/quote',
  operationId: 'quoteAct',
  summary: 'What an act would do, and what its gas would cost; does nothing',
  security,
  request: body(schemas.act),
  responses: answers(schemas.quote, 'The quote'),
})

export const doAct = createRoute({
  method: 'post',
  path: '/v1/acts',
  operationId: 'doAct',
  summary: 'Does something that costs gas, and waits until it is mined',
  security,
  request: body(schemas.act),
  responses: answers(schemas.acted, 'What was done'),
})
