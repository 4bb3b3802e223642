import type { LendingChange, LendingView } from '@golem/api'
import { GolemError } from '@golem/protocol/errors'
import type { Cli, Outcome } from '../../cli.ts'
import { align } from '../../views/align.ts'
import { glm } from '../../views/format-amounts.ts'
import { formatBytes } from '../../views/format-bytes.ts'
import { formatDuration } from '../../views/format-duration.ts'
import { plainText } from '../../views/plain-text.ts'
import { unpaidWords } from '../../views/unpaid-words.ts'
import type { ProvideOptions } from './provide-options.ts'

export async function showLending({ client }: Cli): Promise<Outcome> {
  const value = await client.lending()
  return { value, text: lendingText(value, Date.now()) }
}

export async function provide({ client }: Cli, options: ProvideOptions): Promise<Outcome> {
  const value = await client.changeLending(changeOf(options))
  return { value, text: lendingText(value, Date.now()) }
}

/** Whoever says how to lend wants to lend; who pauses or ends it, or goes on after a pause, says no more than that. */
function changeOf(options: ProvideOptions): LendingChange {
  const { off, pause, resume, memory, disk, price, schedule, idleAfter, ...same } = options
  if ([off, pause, resume].filter((each) => each !== undefined).length > 1) {
    throw new GolemError({
      code: 'OPTIONS_INVALID',
      message: 'Lending is switched off, paused or resumed, and not several of these at once.',
      remedy: 'Name one of --off, --pause and --resume.',
    })
  }
  return {
    ...same,
    ...(memory === undefined ? {} : { memoryBytes: memory }),
    ...(disk === undefined ? {} : { diskBytes: disk }),
    ...(price === undefined ? {} : { pricePerCoreHourWei: price }),
    ...(schedule === undefined ? {} : { schedule: schedule === 'none' ? null : schedule }),
    ...(idleAfter === undefined ? {} : { idleAfterMs: idleAfter }),
    ...(off ? { isOn: false } : pause === undefined ? { isOn: true, pauseMs: null } : { pauseMs: pause }),
  }
}

const WHEN = {
  always: 'always',
  idle: 'while nobody uses the machine',
  schedule: 'by its schedule',
} as const
const ON_RETURN = { throttle: 'goes on with what is left', freeze: 'stands still' } as const

export function lendingText({ settings, now, sight, provider }: LendingView, nowMs: number): string {
  const { cores, memoryBytes, diskBytes, when, schedule, idleAfterMs, onReturn } = settings
  const until = now?.untilMs == null ? '' : `, for ${formatDuration(Math.max(0, now.untilMs - nowMs))}`
  const rows: string[][] = [
    ['lending', now === null ? 'off: this machine has never lent' : `${now.state}${until}: ${plainText(now.reason)}`],
    ['provider', `${provider.state}: ${plainText(provider.reason)}`],
    ['when', `${WHEN[when]}${schedule === null ? '' : `, ${plainText(schedule)}`}`],
  ]
  if (when === 'idle') {
    rows.push(['idle', `after ${formatDuration(idleAfterMs)}; when you come back, what runs ${ON_RETURN[onReturn]}`])
  }
  const disk = diskBytes === null ? 'disk as the policy grants' : `${formatBytes(diskBytes)} of disk`
  rows.push(
    ['lent', `${cores} ${cores === 1 ? 'core' : 'cores'}, ${formatBytes(memoryBytes)} of memory, ${disk}`],
    ['price', `${glm(settings.pricePerCoreHourWei)} per core-hour of the reference machine`],
    ...(provider.unpaid === null ? [] : [['', unpaidWords(provider.unpaid)]]),
    ['priority', settings.priority],
    ['also', `${settings.onBattery ? '' : 'not '}on battery, ${settings.onMetered ? '' : 'not '}over metered networks`],
  )
  if (sight !== null) {
    const input =
      sight.inputIdleMs === null
        ? 'nobody can be asked about input'
        : `last input ${formatDuration(sight.inputIdleMs)} ago (${sight.inputBy})`
    rows.push(['seen', `${input}; other programs use ${sight.otherCores.toFixed(1)} of ${sight.cores} cores`])
  }
  return align(rows)
}
