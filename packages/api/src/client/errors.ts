import { GolemError } from '@golem/protocol/errors'

/** Nobody listens where the daemon should. */
export const unreachable = (cause?: unknown): GolemError =>
  new GolemError({
    code: 'API_UNREACHABLE',
    message: 'The daemon does not answer.',
    remedy: 'Start it with `golem up`.',
    ...(cause === undefined ? {} : { cause }),
  })

/** The daemon took the request and gave no answer in time. */
export const tooSlow = (timeoutMs: number, cause: unknown): GolemError =>
  new GolemError({
    code: 'API_SLOW',
    message: `The daemon gave no answer within ${timeoutMs / 1_000} s.`,
    remedy: 'See daemon.log in its home folder, or restart it with `golem down` and `golem up`.',
    cause,
  })

/** The GolemError that a daemon's answer tells of; `data.status` is the HTTP status. */
export async function errorOf(response: Response): Promise<GolemError> {
  const { status } = response
  const body: unknown = await response.json().catch(() => null)
  const told = typeof body === 'object' && body !== null && 'error' in body ? body.error : null
  if (typeof told === 'object' && told !== null && 'code' in told && 'message' in told) {
    const remedy = 'remedy' in told ? { remedy: String(told.remedy) } : {}
    return new GolemError({ code: String(told.code), message: String(told.message), ...remedy, data: { status } })
  }
  return new GolemError({
    code: 'API_UNEXPECTED',
    message: `What answers at ${new URL(response.url).host} is no Golem daemon (status ${status}).`,
    remedy: 'Start the daemon with `golem up`.',
    data: { status },
  })
}
