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

export const deposit = createRoute({
  method: 'post',
  path: '/v1/wallet/deposit',
  operationId: 'deposit',
  summary: 'Moves GLM from the wallet into the payment contract',
  security,
  request: body(schemas.amountBody),
  responses: answers(schemas.receipt, 'The transaction'),
})

export const withdraw = createRoute({
  method: 'post',
  path: '/v1/wallet/withdraw',
  operationId: 'withdraw',
  summary: 'Moves free GLM from the payment contract into the wallet',
  security,
  request: body(schemas.amountBody),
  responses: answers(schemas.receipt, 'The transaction'),
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
