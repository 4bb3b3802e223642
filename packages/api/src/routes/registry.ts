import { createRoute } from '@hono/zod-openapi'
import * as schemas from '../schemas/index.ts'
import { answers, security } from './shapes.ts'

export const getRegistry = createRoute({
  method: 'get',
  path: '/v1/registry',
  operationId: 'getRegistry',
  summary: 'Published applications, and what is said of them',
  security,
  request: { query: schemas.registryQuery },
  responses: answers(schemas.registryView, 'The registry, or the part of it that was asked for'),
})
