import { createRoute, z } from '@hono/zod-openapi'
import * as schemas from '../schemas/index.ts'
import { answers, body, json, params, picture, security } from './shapes.ts'

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
      file: z.string().max(1_000).optional().openapi({ description: 'One of the files that were made of it' }),
    }),
  },
  responses: picture('The picture; transparent where nothing is accepted yet'),
})

export const getRejectionPreview = createRoute({
  method: 'get',
  path: '/v1/jobs/{id}/rejections/{index}/preview',
  operationId: 'getRejectionPreview',
  summary: 'A small picture of what was refused, of what the check made of the same, or of what was accepted instead',
  security,
  request: {
    params: params.extend({ index: z.coerce.number().int().nonnegative() }),
    query: z.object({ side: z.enum(['delivered', 'checked', 'accepted']) }),
  },
  responses: picture('The picture, where it is still there'),
})

const fileOf = (description: string) => ({
  200: {
    content: { 'application/octet-stream': { schema: z.string().openapi({ format: 'binary' }) } },
    description,
  },
  default: json(schemas.errorBody, 'What went wrong, and the remedy'),
})

export const getOutput = createRoute({
  method: 'get',
  path: '/v1/jobs/{id}/output',
  operationId: 'getOutput',
  summary: 'A finished file of a job',
  security,
  request: {
    params,
    query: z.object({
      name: z.string().min(1).max(1_000).openapi({ example: '0007.png', description: 'As in `outputs`' }),
    }),
  },
  responses: fileOf('The file'),
})

export const getArchive = createRoute({
  method: 'get',
  path: '/v1/jobs/{id}/archive',
  operationId: 'getArchive',
  summary: 'All finished files of a job, as a ZIP file',
  security,
  request: { params },
  responses: fileOf('The ZIP file'),
})

const framesPerSecond = z.object({
  fps: z.coerce.number().min(1).max(120).optional().openapi({ description: 'Default: as the scene has it, else 24' }),
})

export const getAnimation = createRoute({
  method: 'get',
  path: '/v1/jobs/{id}/animation',
  operationId: 'getAnimation',
  summary: 'The finished pictures of a job as one animated PNG: PNG files pixel for pixel, others small',
  security,
  request: { params, query: framesPerSecond },
  responses: fileOf('The animated PNG'),
})

export const getVideo = createRoute({
  method: 'get',
  path: '/v1/jobs/{id}/video',
  operationId: 'getVideo',
  summary: 'The finished pictures of a job as a video: MP4 where ffmpeg is installed, else as `animation`',
  security,
  request: { params, query: framesPerSecond },
  responses: fileOf('The video'),
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
  summary: 'Goes on with a failed, cancelled or paused job; nothing accepted is computed again',
  security,
  request: { params, ...body(schemas.resumeJob) },
  responses: answers(schemas.job, 'The job'),
})

export const pauseJob = createRoute({
  method: 'post',
  path: '/v1/jobs/{id}/pause',
  operationId: 'pauseJob',
  summary: 'Hands out nothing more until the job is resumed; what runs is finished, and agreements stay',
  security,
  request: { params },
  responses: answers(schemas.job, 'The job'),
})

export const setBudget = createRoute({
  method: 'post',
  path: '/v1/jobs/{id}/budget',
  operationId: 'setBudget',
  summary: 'Another budget for a job that has not ended, which goes on meanwhile',
  security,
  request: { params, ...body(schemas.setBudget) },
  responses: answers(schemas.job, 'The job'),
})

export const redoGroup = createRoute({
  method: 'post',
  path: '/v1/jobs/{id}/redo',
  operationId: 'redoGroup',
  summary: 'Computes a finished group again, of a job that runs or has ended; its price is added to the budget',
  security,
  request: { params, ...body(schemas.redoGroup) },
  responses: answers(schemas.job, 'The job'),
})
