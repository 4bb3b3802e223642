import { expect, it } from 'vitest'
import { squaresApp as app } from '../../test/squares-app.ts'
import type { RunningProgram } from '../launch-program.ts'
import { checkTimeMs, inTime } from './check-time.ts'
import { localProgram } from './local-program.ts'

const { wallMs } = app.manifest.limits
const agreement = `0x${'01'.repeat(32)}` as const

/** A program of this machine, and how long each call of it may take. */
function listening() {
  const allowedMs: unknown[] = []
  const ask = async (_method: string, _params: unknown, { timeoutMs }: { timeoutMs: number }) => {
    allowedMs.push(timeoutMs)
    return { result: null, files: [] }
  }
  const running = { client: { ask }, process: { exited: new Promise(() => {}) }, folders: { out: '/out' } }
  const folders = { join: () => '', remove: async () => {} }
  return { allowedMs, program: localProgram(folders as never, running as unknown as RunningProgram, app) }
}
const ofProvider = (theirs: number, own: number): number => {
  const state = { agreements: new Map([[agreement, { speed: theirs }]]) }
  return checkTimeMs({ state, services: { app, speed: own } } as never, { agreement } as never)
}

it('gives a call of the own program what the manifest gives a subtask, where nobody says otherwise', async () => {
  const { allowedMs, program } = listening()
  await program.call('check', {})
  await program.make('merge', {})
  await program.ask('square', {})
  await program.call('check', {}, { timeoutMs: 7 })
  expect(allowedMs).toEqual([wallMs, wallMs, wallMs, 7])
})

it('gives a check the longer, the faster the core was that the work was done on, and not without end', async () => {
  expect(ofProvider(1, 1)).toBe(wallMs)
  expect(ofProvider(3, 1.5)).toBe(2 * wallMs)
  expect(ofProvider(0.5, 2)).toBe(wallMs)
  expect(ofProvider(1e9, 1)).toBe(4 * wallMs)
  const { allowedMs, program } = listening()
  const speaker = inTime({ ...program, speed: 1 }, 5)
  await speaker.call('check', {})
  await speaker.make('check', {})
  await speaker.call('check', {}, { timeoutMs: 7 })
  expect(allowedMs).toEqual([5, 5, 7])
})
