import { createRoute } from '@hono/zod-openapi'
import * as schemas from '../schemas/index.ts'
import { answers, body, security } from './shapes.ts'

export const getChain = createRoute({
  method: 'get',
  path: '/v1/chain',
  operationId: 'getChain',
  summary: 'The chain in use, and the one that is remembered',
  security,
  responses: answers(schemas.chainView, 'The chains'),
})

export const changeChain = createRoute({
  method: 'post',
  path: '/v1/chain',
  operationId: 'changeChain',
  summary:
    'Remembers a chain, once its contracts were looked at, or forgets it. The node then starts anew, at this address',
  description:
    'Answers when that begins. Where the node does not come up, it is as it was before, and the status says why.',
  security,
  request: body(schemas.chainChange),
  responses: answers(schemas.nothing, 'It begins'),
})

export const quoteContracts = createRoute({
  method: 'post',
  path: '/v1/chain/contracts/quote',
  operationId: 'quoteContracts',
  summary: 'What a chain lacks of the contracts, and what making them would cost; does nothing',
  security,
  request: body(schemas.newContracts),
  responses: answers(schemas.contractsQuote, 'The quote'),
})

export const makeContracts = createRoute({
  method: 'post',
  path: '/v1/chain/contracts',
  operationId: 'makeContracts',
  summary: 'Makes what a chain lacks of the contracts, and waits until it is mined',
  security,
  request: body(schemas.newContracts),
  responses: answers(schemas.madeContracts, 'What stands there'),
})
