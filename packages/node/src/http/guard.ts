import { createHash, timingSafeEqual } from 'node:crypto'
import { GolemError } from '@golem/protocol'
import type { Context, MiddlewareHandler } from 'hono'
import { getCookie } from 'hono/cookie'
import type { Sessions } from '../app/sessions.ts'
import { cookieName } from './serve-pages.ts'

const NAMES = ['127.0.0.1', 'localhost', '[::1]']
const digest = (text: string) => createHash('sha256').update(text).digest()

export type GuardOptions = {
  token: string
  /** The port listened on, known once the server listens. */
  port: () => number
  sessions: Sessions
}

/**
 * Keeps strangers' pages out: the Host tells DNS rebinding, which brings a stranger's name, and a stranger's page names
 * itself in the Origin.
 *
 * @throws {GolemError} `ADDRESS_REFUSED`
 */
export function guardAddress({ port }: Pick<GuardOptions, 'port'>): MiddlewareHandler {
  return async ({ req }, next) => {
    const hosts = NAMES.map((name) => `${name}:${port()}`)
    const host = req.header('host') ?? ''
    if (!hosts.includes(host)) throw refused(`The Host "${host}" is not this daemon's.`)
    const origin = req.header('origin')
    if (origin !== undefined && !hosts.some((own) => origin === `http://${own}`))
      throw refused(`Pages of ${origin} may not use this daemon.`)
    await next()
  }
}

/**
 * Lets only the owner in: her programs show the bearer token, and browsers that were let in show their cookie.
 *
 * @throws {GolemError} `TOKEN_INVALID`
 */
export function guardOwner({ token, port, sessions }: GuardOptions): MiddlewareHandler {
  const expected = digest(`Bearer ${token}`)
  return async (context, next) => {
    // Digests have one length, so that the comparison tells nothing about the token.
    const isProgram = timingSafeEqual(digest(context.req.header('authorization') ?? ''), expected)
    if (!isProgram && !(isOwnPage(context) && sessions.accepts(getCookie(context, cookieName(port())) ?? ''))) {
      throw new GolemError({
        code: 'TOKEN_INVALID',
        message: 'The bearer token is missing or not this daemon’s.',
        remedy: 'Send the token of api.json in the daemon’s home folder; a browser is let in by `golem app`.',
      })
    }
    await next()
  }
}

/**
 * The browser says that no other page asks. A cookie alone does not tell: pages that other servers of this machine serve
 * are of the same site, and it goes along with what they ask.
 */
function isOwnPage({ req }: Context): boolean {
  const site = req.header('sec-fetch-site')
  if (site !== undefined) return site === 'same-origin' || site === 'none'
  return req.method === 'GET' || req.header('origin') !== undefined
}

const refused = (message: string) =>
  new GolemError({
    code: 'ADDRESS_REFUSED',
    message,
    remedy: 'Use the address in api.json of the daemon’s home folder.',
  })
