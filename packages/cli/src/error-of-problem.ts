import type { Problem } from '@golem/api'
import { GolemError } from '@golem/protocol/errors'

/** What a daemon told, as the error it was. */
export const errorOfProblem = ({ code, message, remedy }: Problem): GolemError =>
  new GolemError({ code, message, ...(remedy === undefined ? {} : { remedy }) })
