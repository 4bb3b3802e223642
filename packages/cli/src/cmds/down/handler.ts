import { type ApiFile, readApiFile, removeApiFile } from '@golem/api/api-file'
import { GolemError } from '@golem/protocol/errors'
import type { Cli, Outcome } from '../../cli.ts'
import { isAlive } from '../../is-alive.ts'

/** The daemon settles and saves before it ends. */
const PATIENCE_MS = 60_000
const POLL_MS = 25

export async function stopDaemon(cli: Cli): Promise<Outcome> {
  const file = await readApiFile(cli.home)
  if (file === null || !isAlive(file.pid)) {
    if (file !== null) await removeApiFile(cli.home, file.pid)
    return { value: { stopped: false }, text: `No daemon runs for ${cli.home}.` }
  }
  await cli.client.shutdown()
  await untilGone(cli, file)
  await removeApiFile(cli.home, file.pid)
  return { value: { stopped: true, pid: file.pid }, text: `The daemon (pid ${file.pid}) has ended.` }
}

/** Polls, because the end of a process that is not one's own child cannot be awaited. */
async function untilGone({ home, io }: Cli, { pid }: ApiFile): Promise<void> {
  const giveUpMs = io.now() + PATIENCE_MS
  while (isAlive(pid)) {
    if (io.now() > giveUpMs) {
      throw new GolemError({
        code: 'DAEMON_STAYS',
        message: `The daemon (pid ${pid}) has not ended within ${PATIENCE_MS / 1_000} s.`,
        remedy: `See ${home}/daemon.log; \`kill ${pid}\` ends it, and nothing accepted is lost.`,
      })
    }
    await new Promise((resolve) => setTimeout(resolve, POLL_MS))
  }
}
