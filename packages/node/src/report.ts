import type { Problem } from '@golem/api'
import type { ApiFile } from '@golem/api/api-file'

/** The one message of a daemon to the process that started it, over its IPC channel. */
export type DaemonReport = { ready: ApiFile } | { problem: Problem }

/** Tells the parent how the start went, and lets go of it. Without a parent that listens it does nothing. */
export async function reportToParent(report: DaemonReport): Promise<void> {
  if (!process.connected) return
  await new Promise<void>((resolve) => process.send?.(report, undefined, {}, () => resolve()))
  if (process.connected) process.disconnect()
}
