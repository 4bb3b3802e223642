import { GolemError } from '@golem/protocol/errors'
import type { Cli } from './cli.ts'

const INTERRUPTED = new GolemError({
  code: 'INTERRUPTED',
  message: 'Interrupted.',
  remedy: 'What has arrived stays; the same command goes on from there.',
})

/** Ctrl-C ends what the daemon does for this command; what has arrived stays there. */
export async function untilInterrupted<T>({ io }: Cli, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const interrupted = new AbortController()
  const release = io.onInterrupt(() => interrupted.abort(INTERRUPTED))
  try {
    return await work(interrupted.signal)
  } finally {
    release()
  }
}
