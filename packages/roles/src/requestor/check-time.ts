import type { Program } from '@golem/ports'
import type { JobDesk } from './job-desk.ts'
import { type Attempt, agreementOf } from './job-state.ts'

/** What a provider says of its core is believed up to so many times the speed of one here. */
const MOST_TIMES_FASTER = 4

/**
 * How long a call may take that does all of a delivery again. Its provider had the manifest's time for it, on a core that may be
 * faster: what is good must not stay unpaid because it is checked on a slower one.
 */
export function checkTimeMs(
  {
    services: { app, speed },
    state,
  }: Pick<JobDesk, 'state'> & { services: Pick<JobDesk['services'], 'app' | 'speed'> },
  { agreement }: Pick<Attempt, 'agreement'>,
): number {
  const timesFaster = agreementOf(state, agreement).speed / speed
  return Math.ceil(app.manifest.limits.wallMs * Math.min(MOST_TIMES_FASTER, Math.max(1, timesFaster)))
}

/** The same program, whose calls may take so long where nobody says otherwise. */
export const inTime = ({ call, make, speed }: Program, timeoutMs: number): Program => ({
  speed,
  call: (method, params, options) => call(method, params, { timeoutMs, ...options }),
  make: (method, params, options) => make(method, params, { timeoutMs, ...options }),
})
