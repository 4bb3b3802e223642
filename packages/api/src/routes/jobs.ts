import { createRoute, z } from '@hono/zod-openapi'
import * as schemas from '../schemas/index.ts'
import { answers, body, json, params, security } from './shapes.ts'

export const createJob = createRoute({
  method: 'post',
  path: '/v1/jobs',
  operationId: 'createJob',
  summary: 'Begins a job',
  security,
  request: body(schemas.newJob),
  responses: answers(schemas.job, 'The new job'),
})

export const listJobs = createRoute({
  method: 'get',
  path: '/v1/jobs',
  operationId: 'listJobs',
  summary: 'All jobs, newest first',
  security,
  responses: answers(z.array(schemas.job), 'The jobs'),
})

export const getJob = createRoute({
  method: 'get',
  path: '/v1/jobs/{id}',
  operationId: 'getJob',
  summary: 'One job with its subtasks',
  security,
  request: { params },
  responses: answers(schemas.jobDetail, 'The job'),
})

export const watchJob = createRoute({
  method: 'get',
  path: '/v1/jobs/{id}/events',
  operationId: 'watchJob',
  summary: 'Live events of a job, each the whole view; ends when the job has ended',
  security,
  request: {
    params,
    headers: z.object({
      'last-event-id': z.coerce
        .number()
        .int()
        .optional()
        .openapi({ description: 'The last event seen; the view is then only sent where it is another' }),
    }),
  },
  responses: {
    200: {
      content: { 'text/event-stream': { schema: schemas.jobEvent } },
      description: 'Server-sent events: `id` is the sequence number, `data` one JobEvent',
    },
    default: json(schemas.errorBody, 'What went wrong, and the remedy'),
  },
})

export const getPreview = createRoute({
  method: 'get',
  path: '/v1/jobs/{id}/preview',
  operationId: 'getPreview',
  summary: 'A small picture of a group, finished or in part',
  security,
  request: {
    params,
    query: z.object({
      group: z.string().max(60).openapi({ example: 'frame-7', description: 'As a subtask of the job names it' }),
    }),
  },
  responses: {
    200: {
      content: { 'image/png': { schema: z.string().openapi({ format: 'binary' }) } },
      description: 'The picture; transparent where nothing is accepted yet',
    },
    default: json(schemas.errorBody, 'What went wrong, and the remedy'),
  },
})

export const startJob = createRoute({
  method: 'post',
  path: '/v1/jobs/{id}/start',
  operationId: 'startJob',
  summary: 'Accepts the price of a job that waits for it',
  security,
  request: { params, ...body(schemas.startJob) },
  responses: answers(schemas.job, 'The job'),
})

export const cancelJob = createRoute({
  method: 'post',
  path: '/v1/jobs/{id}/cancel',
  operationId: 'cancelJob',
  summary: 'Stops a job cleanly; what is finished is kept',
  security,
  request: { params },
  responses: answers(schemas.job, 'The job'),
})

export const resumeJob = createRoute({
  method: 'post',
  path: '/v1/jobs/{id}/resume',
  operationId: 'resumeJob',
  summary: 'Goes on with a failed or cancelled job; nothing accepted is computed again',
  security,
  request: { params, ...body(schemas.resumeJob) },
  responses: answers(schemas.job, 'The job'),
})
