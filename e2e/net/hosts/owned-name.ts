import { startTicks } from '@golem/sandbox'

/**
 * Names a thing that outlives its process, such as a network namespace or a folder, after the process that made it: one
 * whose process is gone was left behind.
 */
export const ownedName = (name: string): string => `golem-net-${process.pid}-${startTicks(process.pid)}-${name}`

/** False for what was never named so. */
export function isLeftBehind(name: string): boolean {
  const [, pid, ticks] = /^golem-net-(\d+)-(\d+)-/.exec(name) ?? []
  return pid !== undefined && startTicks(Number(pid)) !== Number(ticks)
}
