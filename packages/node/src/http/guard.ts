import { createHash, timingSafeEqual } from 'node:crypto'
import { GolemError } from '@golem/protocol'
import type { MiddlewareHandler } from 'hono'

const NAMES = ['127.0.0.1', 'localhost', '[::1]']
const digest = (text: string) => createHash('sha256').update(text).digest()

export type GuardOptions = {
  token: string
  /** The port listened on, known once the server listens. */
  port: () => number
}

/**
 * Lets only the owner's own programs in. A page in the owner's browser can reach loopback too: the bearer token keeps
 * it out, and so do the Host (DNS rebinding brings a stranger's name) and the Origin (a stranger's page names itself).
 *
 * @throws {GolemError} `ADDRESS_REFUSED`, `TOKEN_INVALID`
 */
export function guard({ token, port }: GuardOptions): MiddlewareHandler {
  const expected = digest(`Bearer ${token}`)
  return async (context, next) => {
    const hosts = NAMES.map((name) => `${name}:${port()}`)
    const host = context.req.header('host') ?? ''
    if (!hosts.includes(host)) throw refused(`The Host "${host}" is not this daemon's.`)
    const origin = context.req.header('origin')
    if (origin !== undefined && !hosts.some((own) => origin === `http://${own}`))
      throw refused(`Pages of ${origin} may not use this daemon.`)
    // Digests have one length, so that the comparison tells nothing about the token.
    if (!timingSafeEqual(digest(context.req.header('authorization') ?? ''), expected)) {
      throw new GolemError({
        code: 'TOKEN_INVALID',
        message: 'The bearer token is missing or not this daemon’s.',
        remedy: 'Send the token of api.json in the daemon’s home folder.',
      })
    }
    await next()
  }
}

const refused = (message: string) =>
  new GolemError({
    code: 'ADDRESS_REFUSED',
    message,
    remedy: 'Use the address in api.json of the daemon’s home folder.',
  })
