import type { LendingView } from '@golem/api'
import type { Tone } from '../ui/badge.tsx'

/** What the machine does right now: always one of these. */
export type Doing =
  | 'off'
  | 'starting'
  | 'failed'
  | 'stopping'
  | 'working'
  | 'waiting'
  | 'paused'
  | 'here'
  | 'busy'
  | 'out-of-schedule'
  | 'on-battery'
  | 'metered'
  | 'disk-full'

export const TONES = {
  off: 'plain',
  starting: 'accent',
  failed: 'bad',
  stopping: 'plain',
  working: 'good',
  waiting: 'accent',
  paused: 'warn',
  here: 'warn',
  busy: 'warn',
  'out-of-schedule': 'warn',
  'on-battery': 'warn',
  metered: 'warn',
  'disk-full': 'bad',
} as const satisfies Record<Doing, Tone>

/** Less than that, and no inputs fit. */
const LITTLE_BYTES = 512 * 1024 ** 2

export function doingOf({ now, provider }: LendingView, freeDiskBytes: number | null): Doing {
  if (now === null || now.state === 'off') return 'off'
  if (provider.state === 'failed' || provider.state === 'starting' || provider.state === 'stopping')
    return provider.state
  if (provider.activities.some(({ running }) => running > 0)) return 'working'
  if (now.state !== 'open') return now.state
  if (freeDiskBytes !== null && freeDiskBytes < LITTLE_BYTES) return 'disk-full'
  return 'waiting'
}
