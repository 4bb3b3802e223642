import { createRoute } from '@hono/zod-openapi'
import * as schemas from '../schemas/index.ts'
import { answers, security } from './shapes.ts'

export const getNet = createRoute({
  method: 'get',
  path: '/v1/net',
  operationId: 'getNet',
  summary: 'Peers, addresses, reachability and relays of this node',
  security,
  responses: answers(schemas.net, 'How it stands in the network'),
})
