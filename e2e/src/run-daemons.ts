import { parseDaemonOptions } from '@golem/node/options'
import { reportToParent } from '@golem/node/report'
import { type Daemon, type Disguise, startDaemon } from '@golem/node/start'
import type { Signer } from '@golem/protocol'
import pino from 'pino'

export type Disguised = { options: object; disguise: (own: { home: string; signer: Signer }) => Disguise }

/** Runs daemons as `golem up` does, in disguises, until a signal ends them or the last one was told to stop. */
export async function runDaemons(all: readonly Disguised[]): Promise<void> {
  const logger = pino({ base: null })
  const running = new Set<Daemon>()
  const stop = async (daemon: Daemon) => {
    await daemon.stop()
    running.delete(daemon)
    if (running.size === 0) process.exit()
  }
  const start = async ({ options, disguise }: Disguised) => {
    const parsed = parseDaemonOptions(JSON.stringify(options))
    const daemon: Daemon = await startDaemon(
      {
        logger: logger.child({ home: parsed.home }),
        onStopRequest: () => void stop(daemon),
        onChange: () => undefined,
        kept: null,
        disguise: ({ signer }) => disguise({ home: parsed.home, signer }),
      },
      parsed,
    )
    running.add(daemon)
  }
  process.on('SIGTERM', () => {
    if (running.size === 0) process.exit()
    for (const daemon of running) void stop(daemon)
  })
  await Promise.all(all.map(start))
  await reportToParent({ ready: { count: running.size } })
}
