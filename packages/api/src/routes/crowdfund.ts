import { createRoute } from '@hono/zod-openapi'
import * as schemas from '../schemas/index.ts'
import { answers, security } from './shapes.ts'

export const getCrowdfund = createRoute({
  method: 'get',
  path: '/v1/crowdfund',
  operationId: 'getCrowdfund',
  summary: 'How the crowdfunding that made the token stands',
  security,
  responses: answers(schemas.crowdfundView, 'The crowdfunding'),
})
