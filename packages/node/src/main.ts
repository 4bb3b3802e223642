import pino from 'pino'
import { runDaemon } from './daemon/run-daemon.ts'
import { parseDaemonOptions } from './options.ts'
import { problemOf } from './problem-of.ts'
import { reportToParent } from './report.ts'

/** A stop that hangs is ended; whatever matters is in the store already. */
const STOP_TIMEOUT_MS = 20_000

const logger = pino({ level: process.env.GOLEM_LOG ?? 'info', base: null, timestamp: pino.stdTimeFunctions.isoTime })
let stopping = false
let stop: (() => Promise<void>) | null = null

async function shutDown(reason: string, code: number): Promise<void> {
  if (stopping) return
  stopping = true
  logger.info({ reason }, 'the node stops')
  setTimeout(() => process.exit(code || 1), STOP_TIMEOUT_MS).unref()
  await stop?.()
  process.exit(code)
}

process.on('SIGTERM', () => void shutDown('SIGTERM', 0))
process.on('SIGINT', () => void shutDown('SIGINT', 0))
process.on('uncaughtException', (error) => {
  logger.fatal({ err: error }, 'a defect ends the node')
  void shutDown('defect', 1)
})

try {
  const options = parseDaemonOptions(process.argv[2])
  const daemon = await runDaemon(
    {
      logger,
      onStopRequest: () => setImmediate(() => void shutDown('asked', 0)),
      onLost: (error) => {
        logger.fatal({ err: error }, problemOf(error).message)
        void shutDown('lost', 1)
      },
    },
    options,
  )
  stop = daemon.stop
  await reportToParent({ ready: daemon.api })
} catch (error) {
  const problem = problemOf(error)
  logger.fatal({ err: error }, problem.message)
  await reportToParent({ problem })
  process.exit(1)
}
