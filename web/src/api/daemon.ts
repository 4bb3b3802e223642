import { createClient } from '@golem/api/client'

/** The daemon that serves this page; the browser shows its cookie. */
export const daemon = createClient({ url: window.location.origin, token: null }, { timeoutMs: 30_000 })
