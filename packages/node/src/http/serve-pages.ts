import type { OpenAPIHono } from '@hono/zod-openapi'
import type { MiddlewareHandler } from 'hono'
import { getCookie, setCookie } from 'hono/cookie'
import type { Pages } from '../app/read-pages.ts'
import type { Sessions } from '../app/sessions.ts'

/** No script but our own files, no other origin, in nobody's frame. Styles: components place themselves by attributes. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data: blob:",
  "font-src 'self'",
  "connect-src 'self'",
  "manifest-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ')
const MONTH_S = 30 * 24 * 3_600

/** Cookies know no ports: each daemon of a machine has a name of its own. */
export const cookieName = (port: number): string => `golem-${port}`

/** Whatever is answered is what it says it is, and is for pages of ours alone. */
export const safely: MiddlewareHandler = async (context, next) => {
  await next()
  const { headers } = context.res
  headers.set('x-content-type-options', 'nosniff')
  headers.set('cross-origin-resource-policy', 'same-origin')
  headers.set('referrer-policy', 'no-referrer')
  headers.set('x-frame-options', 'DENY')
  if (!headers.has('content-security-policy')) headers.set('content-security-policy', POLICY)
}

type Options = { sessions: Sessions; pages: Pages; port: () => number }

/**
 * The Golem App. Its files are public, and so they need no session; `/enter` gives one for a code from the command line.
 * Paths that name no file are views of the app, which finds its own way.
 */
export function servePages(app: OpenAPIHono, { sessions, pages, port }: Options): void {
  app.get('/enter', (c) => {
    const secret = sessions.enter(c.req.query('code') ?? '')
    if (secret !== null) {
      setCookie(c, cookieName(port()), secret, {
        httpOnly: true,
        sameSite: 'Strict',
        path: '/',
        maxAge: MONTH_S,
      })
    }
    const isIn = secret !== null || sessions.accepts(getCookie(c, cookieName(port())) ?? '')
    c.header('cache-control', 'no-store')
    return c.redirect(isIn ? '/' : '/?link=used', 303)
  })

  app.get('*', async (c, next) => {
    const { path } = c.req
    // Programs show their token and want no page.
    if (path.startsWith('/v1/') || path === '/openapi.json' || c.req.header('authorization') !== undefined)
      return next()
    const isView = !path.includes('.')
    const page = pages.get(path) ?? (isView ? pages.get('/index.html') : undefined)
    if (page === undefined) {
      if (isView && pages.size === 0) return c.text(NOT_BUILT, 503)
      return next()
    }
    const headers = {
      'content-type': page.type,
      etag: page.etag,
      'cache-control': page.isForever ? 'public, max-age=31536000, immutable' : 'no-cache',
    }
    if (c.req.header('if-none-match') === page.etag) return c.body(null, 304, headers)
    return c.body(page.bytes, 200, headers)
  })
}

const NOT_BUILT =
  'The Golem App is not built here. Run `npm run setup` in the folder of Golem, and start the daemon again.\n'
