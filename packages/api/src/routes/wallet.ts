import { createRoute } from '@hono/zod-openapi'
import * as schemas from '../schemas/index.ts'
import { answers, body, security } from './shapes.ts'

export const getWallet = createRoute({
  method: 'get',
  path: '/v1/wallet',
  operationId: 'getWallet',
  summary: 'Balances, locked and owed money',
  security,
  responses: answers(schemas.wallet, 'The wallet'),
})

export const getHistory = createRoute({
  method: 'get',
  path: '/v1/wallet/history',
  operationId: 'getHistory',
  summary: 'Transactions of this account, and what each was for',
  security,
  request: { query: schemas.historyQuery },
  responses: answers(schemas.history, 'The history'),
})

export const exportWallet = createRoute({
  method: 'post',
  path: '/v1/wallet/export',
  operationId: 'exportWallet',
  summary: 'Writes the key, vouchers and proofs of this node into one file',
  security,
  request: body(schemas.exportBody),
  responses: answers(schemas.exported, 'Where it lies, and whose it is'),
})
