import { appendFileSync, cpSync, existsSync } from 'node:fs'
import { join } from 'node:path'
import { parseDaemonOptions } from '@golem/node/options'
import { reportToParent } from '@golem/node/report'
import { startDaemon } from '@golem/node/start'
import pino from 'pino'
import { CHEATS, type Cheat } from './cheats.ts'

// A provider's daemon like any other, but for the program that it runs: `cheating-daemon.ts OPTIONS CHEAT`. It lends under
// the genuine manifest, so that nothing but the check of its work can tell.

const logger = pino({ base: null })
const options = parseDaemonOptions(process.argv[2])
const { module, python } = CHEATS[process.argv[3] as Cheat]

function manipulated(honest: string): string {
  const folder = join(options.home, 'worker')
  if (existsSync(folder)) return folder
  cpSync(honest, folder, { recursive: true })
  appendFileSync(join(folder, module), `\n${python}`)
  return folder
}

const daemon = await startDaemon(
  {
    logger,
    onStopRequest: () => void stop(),
    onGridChange: () => undefined,
    kept: null,
    lentCode: ({ codePath }) => (codePath === null ? null : manipulated(codePath)),
  },
  options,
)
await reportToParent({ ready: daemon.api })

async function stop(): Promise<void> {
  await daemon.stop()
  process.exit()
}
process.on('SIGTERM', () => void stop())
