import { createRoute, z } from '@hono/zod-openapi'
import * as schemas from '../schemas/index.ts'
import { answers, body, params, picture, security } from './shapes.ts'

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

export const getLentWork = createRoute({
  method: 'get',
  path: '/v1/lending/work',
  operationId: 'getLentWork',
  summary: 'What the lent cores compute, and computed a moment ago; pictures of it are made while this is asked',
  security,
  responses: answers(z.array(schemas.lentWork), 'What runs first, then the newest'),
})

export const getLentWorkPicture = createRoute({
  method: 'get',
  path: '/v1/lending/work/{id}/picture',
  operationId: 'getLentWorkPicture',
  summary: 'A small picture of what was computed',
  security,
  request: { params },
  responses: picture('The picture'),
})
