import { createRoute, z } from '@hono/zod-openapi'
import * as schemas from '../schemas/index.ts'
import { answers, params, security } from './shapes.ts'

export const createLink = createRoute({
  method: 'post',
  path: '/v1/links',
  operationId: 'createLink',
  summary: 'A link that opens the Golem App in one browser, once',
  security,
  responses: answers(schemas.appLink, 'The link'),
})

export const signOut = createRoute({
  method: 'post',
  path: '/v1/sign-out',
  operationId: 'signOut',
  summary: 'Ends the sessions of all browsers',
  security,
  responses: answers(schemas.nothing, 'They are ended'),
})

export const createUpload = createRoute({
  method: 'post',
  path: '/v1/uploads',
  operationId: 'createUpload',
  summary: 'A folder for files that a page has and the daemon needs; it goes after a week',
  security,
  responses: answers(schemas.upload, 'The folder'),
})

export const uploadFile = createRoute({
  method: 'put',
  path: '/v1/uploads/{id}/files',
  operationId: 'uploadFile',
  summary: 'Puts a file there: the body as it is, written to the disk as it comes',
  security,
  request: {
    params,
    query: z.object({
      path: z.string().min(1).max(1_000).openapi({ example: 'textures/wood.png', description: 'In that folder' }),
    }),
  },
  responses: answers(schemas.uploadedFile, 'Where it lies'),
})
