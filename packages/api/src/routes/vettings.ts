import { createRoute } from '@hono/zod-openapi'
import * as schemas from '../schemas/index.ts'
import { answers, body, security } from './shapes.ts'

export const vet = createRoute({
  method: 'post',
  path: '/v1/vettings',
  operationId: 'vet',
  summary: 'Runs an application under observation; takes as long as it computes',
  security,
  request: body(schemas.newVetting),
  responses: answers(schemas.vettingView, 'What it tried, as a signed report that is kept'),
})

export const getVetting = createRoute({
  method: 'get',
  path: '/v1/vettings/{report}',
  operationId: 'getVetting',
  summary: 'What somebody saw of an application, by the CID of the report',
  security,
  request: { params: schemas.vettingParams },
  responses: answers(schemas.vettingView, 'The report, with its signature verified'),
})
