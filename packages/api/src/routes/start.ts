import { createRoute } from '@hono/zod-openapi'
import * as schemas from '../schemas/index.ts'
import { answers, body, security } from './shapes.ts'

export const getStart = createRoute({
  method: 'get',
  path: '/v1/start',
  operationId: 'getStart',
  summary: 'How this daemon runs: what peers reach, content and limits',
  security,
  responses: answers(schemas.startView, 'How it runs now'),
})

export const changeStart = createRoute({
  method: 'post',
  path: '/v1/start',
  operationId: 'changeStart',
  summary: 'Has this daemon run otherwise, now and from its next start on. It starts anew, at this address',
  description:
    'Answers when that begins. Jobs go on. Where the daemon does not come up so, it is as it was before, and the status says why.',
  security,
  request: body(schemas.startChange),
  responses: answers(schemas.nothing, 'It begins'),
})
