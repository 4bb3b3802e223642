import type { LendingView, Machine } from '@golem/api'
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

type Disk = Pick<Machine, 'freeDiskBytes' | 'reservedDiskBytes'>

/** @param disk undefined where it is not known yet */
export function doingOf({ now, provider }: LendingView, disk: Disk | undefined): Doing {
  if (now === null || now.state === 'off') return 'off'
  if (provider.state === 'failed' || provider.state === 'starting' || provider.state === 'stopping')
    return provider.state
  // What stands still computes for nobody, and what has no room is ended.
  if (now.gate === 'frozen' && now.state !== 'open') return now.state
  if (disk !== undefined && disk.freeDiskBytes < disk.reservedDiskBytes) return 'disk-full'
  if (provider.activities.some(({ running }) => running > 0)) return 'working'
  return now.state === 'open' ? 'waiting' : now.state
}
