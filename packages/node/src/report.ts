import type { CheckReport, DaemonAnswer, DaemonQuestion, DaemonReport } from '@golem/api/daemon-start'

/** Tells the parent how the start went, and lets go of it. Without a parent that listens it does nothing. */
export async function reportToParent(report: DaemonReport<object> | CheckReport): Promise<void> {
  if (!process.connected) return
  await tell(report)
  if (process.connected) process.disconnect()
}

/** Asks whoever started this process; null where nobody answers. */
export async function askParent(question: DaemonQuestion): Promise<DaemonAnswer> {
  if (!process.connected) return null
  const { promise, resolve } = Promise.withResolvers<DaemonAnswer>()
  const onMessage = (message: unknown) => resolve((message as { answer: DaemonAnswer }).answer)
  const onGone = () => resolve(null)
  process.once('message', onMessage).once('disconnect', onGone)
  try {
    await tell({ question })
    return await promise
  } finally {
    process.off('message', onMessage).off('disconnect', onGone)
  }
}

const tell = (report: DaemonReport<object> | CheckReport): Promise<void> =>
  new Promise((resolve) => process.send?.(report, undefined, {}, () => resolve()))
