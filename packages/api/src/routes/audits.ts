import { createRoute } from '@hono/zod-openapi'
import * as schemas from '../schemas/index.ts'
import { answers, body, security } from './shapes.ts'

export const getAudits = createRoute({
  method: 'get',
  path: '/v1/audits',
  operationId: 'getAudits',
  summary: 'What this node audited for others, and what others audited of its jobs',
  security,
  responses: answers(schemas.auditsView, 'Audits, newest first'),
})

export const changeAudits = createRoute({
  method: 'post',
  path: '/v1/audits',
  operationId: 'changeAudits',
  summary: 'Begins or ends auditing the work of others',
  security,
  request: body(schemas.auditsChange),
  responses: answers(schemas.auditsView, 'As it is now'),
})
