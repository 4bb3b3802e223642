import { createRoute } from '@hono/zod-openapi'
import * as schemas from '../schemas/index.ts'
import { answers, security } from './shapes.ts'

export const getMachine = createRoute({
  method: 'get',
  path: '/v1/machine',
  operationId: 'getMachine',
  summary: 'How the machine is doing: cores, memory, disk and temperature',
  security,
  responses: answers(schemas.machine, 'The machine'),
})

export const getEarnings = createRoute({
  method: 'get',
  path: '/v1/earnings',
  operationId: 'getEarnings',
  summary: 'What lending brought, hour by hour',
  security,
  responses: answers(schemas.earnings, 'The earnings'),
})

export const getLendingReceipts = createRoute({
  method: 'get',
  path: '/v1/earnings/receipts',
  operationId: 'getLendingReceipts',
  summary: 'What each agreement brought: who paid, for what, when and how much',
  security,
  responses: answers(schemas.lendingReceipts, 'The receipts, newest first'),
})
