import { memoryStore } from '@golem/ports/memory'
import { expect, it } from 'vitest'
import { createSessions } from './sessions.ts'

const HOUR_MS = 3_600_000
let nowMs = 1_000_000
const open = (store = memoryStore()) => ({ store, sessions: createSessions({ store, now: () => nowMs }) })

it('lets one browser in by a code, once', () => {
  const { sessions } = open()
  const { code } = sessions.invite()
  const secret = sessions.enter(code) ?? ''
  expect(sessions.accepts(secret)).toBe(true)
  expect(sessions.enter(code)).toBeNull()
  expect([sessions.accepts(code), sessions.accepts(''), sessions.enter('')]).toEqual([false, false, null])
})

it('takes no old code, and lets nobody stay for ever', () => {
  const { sessions } = open()
  const { code, expiresAtMs } = sessions.invite()
  const secret = sessions.enter(sessions.invite().code) ?? ''
  nowMs = expiresAtMs + 1
  expect(sessions.enter(code)).toBeNull()
  expect(sessions.accepts(secret)).toBe(true)
  nowMs += 31 * 24 * HOUR_MS
  expect(sessions.accepts(secret)).toBe(false)
})

it('knows a browser again after a restart, and keeps no secret', () => {
  const { store, sessions } = open()
  const secret = sessions.enter(sessions.invite().code) ?? ''
  expect(open(store).sessions.accepts(secret)).toBe(true)
  expect(JSON.stringify(store.list(''))).not.toContain(secret)
})

it('forgets the oldest of many, and all of them when asked', () => {
  const { sessions } = open()
  const secrets = Array.from({ length: 33 }, () => {
    nowMs += 1
    return sessions.enter(sessions.invite().code) ?? ''
  })
  expect(secrets.map((secret) => sessions.accepts(secret)).indexOf(true)).toBe(1)
  sessions.clear()
  expect(secrets.some((secret) => sessions.accepts(secret))).toBe(false)
})
