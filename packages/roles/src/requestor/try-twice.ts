import { GolemError, isOwnDefect } from '@golem/protocol'
import type { JobDesk } from './job-desk.ts'

/** A check that ends the local program is tried again on a fresh one: once. */
const TRIES = 2

/** null: the check itself could not be made. `what` names it in the log. */
export async function tryTwice<T>(desk: JobDesk, what: string, check: () => Promise<T>): Promise<T | null> {
  const { services, state } = desk
  for (let turn = 0; turn < TRIES; turn += 1) {
    try {
      return await check()
    } catch (error) {
      desk.signal.throwIfAborted()
      services.logger.warn({ job: state.request.id, subtask: what, error: String(error) }, 'check failed')
      if (error instanceof GolemError && isOwnDefect(error)) throw error
    }
  }
  return null
}
