import { z } from '@hono/zod-openapi'
import { errorBody } from '../schemas/index.ts'

export const json = <S extends z.ZodType>(schema: S, description: string) => ({
  content: { 'application/json': { schema } },
  description,
})
export const answers = <S extends z.ZodType>(schema: S, description: string) => ({
  200: json(schema, description),
  default: json(errorBody, 'What went wrong, and the remedy'),
})
export const picture = (description: string) => ({
  200: {
    content: { 'image/png': { schema: z.string().openapi({ format: 'binary' }) } },
    description,
  },
  default: json(errorBody, 'What went wrong, and the remedy'),
})
/** `required`, because a body without its content type would otherwise go unchecked. */
export const body = <S extends z.ZodType>(schema: S) => ({
  body: { content: { 'application/json': { schema } }, required: true },
})
export const params = z.object({ id: z.string().max(100).openapi({ example: '7f3a9c21' }) })
export const security = [{ token: [] }]
