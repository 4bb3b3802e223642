import { GolemError } from '@golem/protocol'
import type { ErrorHandler } from 'hono'
import { HTTPException } from 'hono/http-exception'
import { inputInvalid } from './input-invalid.ts'
import { statusOf } from './status-of.ts'

/** pino's shape. */
export type HttpLogger = { error(data: object, text: string): void }

/** Answers with the sentence of what a caller caused, and with nothing of what a defect says. */
export const answerError =
  (logger: HttpLogger): ErrorHandler =>
  (error, context) => {
    if (error instanceof GolemError) {
      const { code, message, remedy } = error
      return context.json({ error: { code, message, ...(remedy === undefined ? {} : { remedy }) } }, statusOf(code))
    }
    if (error instanceof HTTPException && error.status < 500) {
      return context.json({ error: { code: 'INPUT_INVALID', message: `${error.message}.` } }, error.status)
    }
    // JSON as deep as that is nobody's question: the schemas that walk it run out of stack.
    if (error instanceof RangeError && error.message.includes('call stack')) {
      const problem = inputInvalid([{ path: [], message: 'it is nested too deeply' }])
      return context.json({ error: { code: problem.code, message: problem.message } }, statusOf(problem.code))
    }
    logger.error({ err: error, method: context.req.method, path: context.req.path }, 'a request met a defect')
    const message = 'The daemon met a defect of its own.'
    return context.json({ error: { code: 'DEFECT', message, remedy: 'daemon.log in its home folder says more.' } }, 500)
  }
