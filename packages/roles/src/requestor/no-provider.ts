import { GolemError } from '@golem/protocol'
import type { JobDesk } from './job-desk.ts'
import { excludedIn } from './job-state.ts'
import type { DemandHandle } from './offer-desk.ts'

/** Nobody works for a job: whether nobody is there, nobody took it, or all who are there were left out. */
export function noProvider(desk: JobDesk, demand: DemandHandle, afterMs: number): GolemError {
  const { title } = desk.services.app
  const { id } = desk.state.request
  const excluded = excludedIn(desk.state)
  const others = demand.offers().filter(({ body }) => !excluded.has(body.provider))
  const seconds = Math.round(afterMs / 1_000)
  if (excluded.size > 0 && others.length === 0) {
    const [[, reason] = ['', '']] = excluded
    return new GolemError({
      code: 'PROVIDERS_EXCLUDED',
      message:
        excluded.size === 1
          ? `The only provider in sight was left out of this job: ${reason}`
          : `All ${excluded.size} providers in sight were left out of this job, the first for this: ${reason}`,
      remedy: `Connect to others with \`golem up --bootstrap ADDRESS\`; \`golem job ${id} resume\` goes on then.`,
    })
  }
  return new GolemError({
    code: 'NO_PROVIDER',
    message:
      others.length > 0
        ? `Providers offered ${title}, and none of them took the work (asked for ${seconds} s).`
        : `No provider offers ${title} at a fitting price (asked for ${seconds} s).`,
    remedy: 'Start one with `golem up --provide`, or connect to a grid with `golem up --bootstrap ADDRESS`.',
  })
}
