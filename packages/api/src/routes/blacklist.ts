import { createRoute, z } from '@hono/zod-openapi'
import * as schemas from '../schemas/index.ts'
import { answers, body, security } from './shapes.ts'

export const getBlacklist = createRoute({
  method: 'get',
  path: '/v1/blacklist',
  operationId: 'getBlacklist',
  summary: 'Whose lists this node follows, and what they do',
  security,
  responses: answers(schemas.blacklistView, 'What is followed'),
})

export const getList = createRoute({
  method: 'get',
  path: '/v1/blacklist/{owner}',
  operationId: 'getList',
  summary: 'The entries of one list, as the chain has them',
  security,
  request: { params: z.object({ owner: schemas.addressText }) },
  responses: answers(schemas.listView, 'The list'),
})

export const changeFollowing = createRoute({
  method: 'post',
  path: '/v1/blacklist',
  operationId: 'changeFollowing',
  summary: 'Follows a list, or no more; says what lists do. Costs nothing: it stands in policy.toml',
  security,
  request: body(schemas.followingChange),
  responses: answers(schemas.blacklistView, 'What is followed now'),
})
