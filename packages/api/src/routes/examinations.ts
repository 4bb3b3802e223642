import { createRoute } from '@hono/zod-openapi'
import * as schemas from '../schemas/index.ts'
import { answers, body, security } from './shapes.ts'

export const examine = createRoute({
  method: 'post',
  path: '/v1/examinations',
  operationId: 'examine',
  summary: 'What the inputs of a job hold, how much work they are, and what that costs at present; nothing is spent',
  security,
  request: body(schemas.newExamination),
  responses: answers(schemas.examination, 'What was found'),
})

export const getPrices = createRoute({
  method: 'get',
  path: '/v1/prices',
  operationId: 'getPrices',
  summary: 'What an application asks at present: providers are asked for offers, and nothing is agreed',
  security,
  request: { query: schemas.pricesQuery },
  responses: answers(schemas.prices, 'The prices'),
})
