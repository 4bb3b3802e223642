import { createRoute, z } from '@hono/zod-openapi'
import * as schemas from '../schemas/index.ts'
import { answers, security } from './shapes.ts'

export const listOffers = createRoute({
  method: 'get',
  path: '/v1/offers',
  operationId: 'listOffers',
  summary: 'Offers of providers, as seen by this node',
  security,
  responses: answers(z.array(schemas.offerView), 'The offers'),
})
