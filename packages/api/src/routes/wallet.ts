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

export const examineBackup = createRoute({
  method: 'post',
  path: '/v1/wallet/import/examine',
  operationId: 'examineBackup',
  summary: 'Whose a backup is, and what would stay with the present key; does nothing',
  security,
  request: body(schemas.backupBody),
  responses: answers(schemas.backupView, 'What is in it'),
})

export const importWallet = createRoute({
  method: 'post',
  path: '/v1/wallet/import',
  operationId: 'importWallet',
  summary: 'Brings in a backup. The node then starts anew, at this address; a key that was here is set aside',
  description:
    'Answers when that begins. Where the node does not come up, it is as it was before, and the status says why.',
  security,
  request: body(schemas.importBody),
  responses: answers(schemas.imported, 'It begins'),
})
