import { createRoute, z } from '@hono/zod-openapi'
import { errorBody, LIVE_NAMES, liveEvent } from '../schemas/index.ts'
import { json, security } from './shapes.ts'

const name = `(${LIVE_NAMES.join('|')})`

export const watchViews = createRoute({
  method: 'get',
  path: '/v1/live',
  operationId: 'watchViews',
  summary: 'Views of the daemon as they change, each whole; what changes faster than it is looked at is skipped',
  security,
  request: {
    query: z.object({
      of: z
        .string()
        .max(200)
        .regex(new RegExp(`^${name}(,${name})*$`))
        .openapi({ example: 'status,lending', description: `Several with commas between: ${LIVE_NAMES.join(', ')}` }),
    }),
    headers: z.object({
      'last-event-id': z
        .string()
        .max(1_000)
        .optional()
        .openapi({ description: '`at` of the last event seen; only what is another since is then sent' }),
    }),
  },
  responses: {
    200: {
      content: { 'text/event-stream': { schema: liveEvent } },
      description: 'Server-sent events: `data` is one LiveEvent, and `id` its `at`',
    },
    default: json(errorBody, 'What went wrong, and the remedy'),
  },
})
