import { availableParallelism, cpus } from 'node:os'
import type { Sight, Surroundings } from '@golem/ports'
import type { InputSource } from './input/input-source.ts'
import { type Desktop, openInput, systemBusOf } from './input/open-input.ts'
import { createLoadMeter } from './load-meter.ts'
import { isMetered } from './read-metered.ts'
import { isOnBattery } from './read-power.ts'

export type SurroundingsComponents = {
  /** CPU time of all sandboxes, ended ones too: what is left of the machine's load is other programs'. */
  sandboxCpuMs: () => Promise<number>
  /** Structured; pino fits. */
  logger?: { info(fields: object, message: string): void }
}

export type SurroundingsOptions = Partial<Desktop> & {
  /** Where the kernel tells of devices. Default: /sys. */
  sysPath?: string
}

/** Power and network change seldom, and cost more to ask. */
const KEPT_MS = 5_000
/** A desktop may be started after the daemon, or restarted. */
const RETRY_MS = 20_000

/**
 * Looks around on the machine that the daemon runs on.
 *
 * @example
 * const surroundings = createSurroundings({ sandboxCpuMs: () => sandbox.cpuMs() })
 * const { inputIdleMs, otherCores } = await surroundings.look()
 */
export function createSurroundings(
  { sandboxCpuMs, logger }: SurroundingsComponents,
  options: SurroundingsOptions = {},
): Surroundings {
  const desktop: Desktop = {
    platform: options.platform ?? process.platform,
    env: options.env ?? process.env,
    userId: options.userId ?? process.getuid?.() ?? 0,
  }
  const meter = createLoadMeter()
  let input: InputSource | null = null
  let opening: Promise<void> | null = null
  let openedAtMs = Number.NEGATIVE_INFINITY
  let costs = { isOnBattery: false, isMetered: false }
  let costsAtMs = Number.NEGATIVE_INFINITY
  let isStopped = false

  const open = async (): Promise<void> => {
    const found = await openInput(desktop)
    if (isStopped) found?.close()
    else input = found
    if (found !== null) logger?.info({ by: found.name }, 'input is watched')
  }
  const readInput = async (): Promise<Pick<Sight, 'inputIdleMs' | 'inputBy'>> => {
    if (input === null && !isStopped && performance.now() - openedAtMs >= RETRY_MS) {
      openedAtMs = performance.now()
      opening = open()
      await opening
    }
    const source = input
    if (source === null) return { inputIdleMs: null, inputBy: null }
    try {
      return { inputIdleMs: await source.idleMs(), inputBy: source.name }
    } catch {
      source.close()
      input = null
      // It went this moment: another may be there already.
      openedAtMs = Number.NEGATIVE_INFINITY
      return { inputIdleMs: null, inputBy: null }
    }
  }
  const readCosts = async (): Promise<typeof costs> => {
    if (performance.now() - costsAtMs < KEPT_MS) return costs
    costsAtMs = performance.now()
    costs = {
      isOnBattery: await isOnBattery(desktop.platform, options.sysPath),
      isMetered: desktop.platform === 'linux' && (await isMetered(systemBusOf(desktop.env))),
    }
    return costs
  }

  return {
    look: async () => {
      const [inputs, costsNow, sandboxesMs] = await Promise.all([readInput(), readCosts(), sandboxCpuMs()])
      const { user, system } = process.cpuUsage()
      const now = { atMs: performance.now(), busyMs: busyMs(), ownMs: (user + system) / 1_000 + sandboxesMs }
      return { ...inputs, ...costsNow, otherCores: meter.otherCores(now), cores: availableParallelism() }
    },
    stop: async () => {
      isStopped = true
      await opening
      input?.close()
      input = null
    },
  }
}

/** CPU time of all cores that was not idle, since the machine started. */
function busyMs(): number {
  let sum = 0
  for (const { times } of cpus()) sum += times.user + times.nice + times.sys + times.irq
  return sum
}
