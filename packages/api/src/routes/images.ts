import { createRoute, z } from '@hono/zod-openapi'
import * as schemas from '../schemas/index.ts'
import { answers, body, security } from './shapes.ts'

export const listImages = createRoute({
  method: 'get',
  path: '/v1/images',
  operationId: 'listImages',
  summary: 'Images that programs can run on',
  security,
  responses: answers(z.array(schemas.image), 'The images'),
})

export const addImage = createRoute({
  method: 'post',
  path: '/v1/images',
  operationId: 'addImage',
  summary: 'Keeps an image: one that is made, or one made of a root file system',
  security,
  request: body(schemas.newImage),
  responses: answers(schemas.image, 'The image'),
})

export const removeImage = createRoute({
  method: 'post',
  path: '/v1/images/{name}/remove',
  operationId: 'removeImage',
  summary: 'Lets an image go, by its name or CID',
  security,
  request: { params: z.object({ name: z.string().max(200) }) },
  responses: answers(schemas.nothing, 'It is gone'),
})
