import type { DaemonReport } from '@golem/api/daemon-start'

/** Tells the parent how the start went, and lets go of it. Without a parent that listens it does nothing. */
export async function reportToParent(report: DaemonReport): Promise<void> {
  if (!process.connected) return
  await new Promise<void>((resolve) => process.send?.(report, undefined, {}, () => resolve()))
  if (process.connected) process.disconnect()
}
