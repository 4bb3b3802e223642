import { createRoute } from '@hono/zod-openapi'
import * as schemas from '../schemas/index.ts'
import { answers, body, security } from './shapes.ts'

export const getPolicy = createRoute({
  method: 'get',
  path: '/v1/policy',
  operationId: 'getPolicy',
  summary: 'What this node grants to programs of others',
  security,
  responses: answers(schemas.policy, 'The policy'),
})

export const setPolicy = createRoute({
  method: 'post',
  path: '/v1/policy',
  operationId: 'setPolicy',
  summary: 'Changes the policy; it counts from the next subtask on',
  security,
  request: body(schemas.policyChanges),
  responses: answers(schemas.policy, 'The policy'),
})
