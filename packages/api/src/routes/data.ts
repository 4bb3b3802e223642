import { createRoute, z } from '@hono/zod-openapi'
import * as schemas from '../schemas/index.ts'
import { answers, body, security } from './shapes.ts'

const params = z.object({ cid: schemas.contentId })

export const showData = createRoute({
  method: 'get',
  path: '/v1/data',
  operationId: 'showData',
  summary: 'What is kept, by whom, and how much room is left',
  security,
  responses: answers(schemas.dataOverview, 'The content'),
})

export const addData = createRoute({
  method: 'post',
  path: '/v1/data',
  operationId: 'addData',
  summary: 'Adds a file or a folder of the disk, or a file from the web',
  security,
  request: body(schemas.newData),
  responses: answers(schemas.addedData, 'Its CID'),
})

export const importData = createRoute({
  method: 'post',
  path: '/v1/data/import',
  operationId: 'importData',
  summary: 'Takes the blocks of a CAR file',
  security,
  request: body(schemas.importData),
  responses: answers(schemas.importedData, 'The roots that it names'),
})

export const clearData = createRoute({
  method: 'post',
  path: '/v1/data/gc',
  operationId: 'clearData',
  summary: 'Removes all content that nobody keeps',
  security,
  responses: answers(schemas.clearedData, 'What became free'),
})

export const listData = createRoute({
  method: 'get',
  path: '/v1/data/{cid}',
  operationId: 'listData',
  summary: 'The entries of a folder that is here',
  security,
  request: { params },
  responses: answers(schemas.dataFolder, 'The entries'),
})

export const readText = createRoute({
  method: 'post',
  path: '/v1/data/{cid}/text',
  operationId: 'readText',
  summary: 'A small file as text, fetched from connected peers where it is not here',
  security,
  request: { params },
  responses: answers(schemas.dataText, 'The text'),
})

export const writeData = createRoute({
  method: 'post',
  path: '/v1/data/{cid}/write',
  operationId: 'writeData',
  summary: 'Writes content to the disk, fetched where it is not here',
  security,
  request: { params, ...body(schemas.writeData) },
  responses: answers(schemas.addedData, 'It is there'),
})

export const exportData = createRoute({
  method: 'post',
  path: '/v1/data/{cid}/export',
  operationId: 'exportData',
  summary: 'Writes content to the disk as a CAR file, fetched where it is not here',
  security,
  request: { params, ...body(schemas.writeData) },
  responses: answers(schemas.addedData, 'The file is there; its size'),
})

export const pinData = createRoute({
  method: 'post',
  path: '/v1/data/{cid}/pin',
  operationId: 'pinData',
  summary: 'Keeps content until it is unpinned, fetched where it is not here',
  security,
  request: { params, ...body(schemas.pinData) },
  responses: answers(schemas.addedData, 'It is kept'),
})

export const unpinData = createRoute({
  method: 'post',
  path: '/v1/data/{cid}/unpin',
  operationId: 'unpinData',
  summary: 'Lets content go, as far as the person kept it',
  security,
  request: { params },
  responses: answers(schemas.nothing, 'It is let go'),
})
