import { once } from 'node:events'
import { open } from 'node:fs/promises'
import { join } from 'node:path'
import { readApiFile } from '@golem/api/api-file'
import { readChainFile } from '@golem/api/chain-file'
import type { DaemonQuestion } from '@golem/api/daemon-start'
import { readGridFile } from '@golem/api/grid-file'
import { GolemError } from '@golem/protocol/errors'
import { answerDaemon } from '../../answer-daemon.ts'
import type { Cli, Outcome } from '../../cli.ts'
import { isAlive } from '../../is-alive.ts'
import { makeFolder } from '../../make-folder.ts'
import { plainText } from '../../views/plain-text.ts'
import { opensBrowser } from '../app/handler.ts'
import { daemonArguments } from './daemon-arguments.ts'
import { spawnDaemon } from './spawn-daemon.ts'
import type { UpOptions } from './up-options.ts'

/** Starts the daemon, detached or in the foreground, and tells where it answers. */
export async function startDaemon(cli: Cli, options: UpOptions): Promise<Outcome> {
  const { home, io, client } = cli
  const [remembered, grid] = await Promise.all([readChainFile(home), readGridFile(home)])
  const daemon = daemonArguments(cli, options, { remembered, grid })
  await makeFolder(home, { mode: 0o700 }).catch((cause: unknown) => {
    throw new GolemError({
      code: 'FOLDER_UNWRITABLE',
      message: `The folder ${home} cannot be made.`,
      remedy: 'Choose another with --home.',
      cause,
    })
  })
  await refuseSecond(cli)

  const interrupted = new AbortController()
  const release = io.onInterrupt(() =>
    interrupted.abort(new GolemError({ code: 'INTERRUPTED', message: 'Stopped; no daemon runs.' })),
  )
  const logFile = join(home, 'daemon.log')
  const log = options.foreground ? null : await open(logFile, 'a', 0o600)
  try {
    const spawning = {
      entry: io.daemonEntry,
      daemon,
      output: log?.fd ?? ('inherit' as const),
      logFile,
      answer: (question: DaemonQuestion) => answerDaemon(cli, question),
    }
    const { child, ready } = await spawnDaemon(spawning, interrupted.signal)
    if (child.connected) child.disconnect()
    const status = await client.status()
    const lends =
      status.provider.state === 'off' ? '' : `\nprovider ${status.provider.state}: ${plainText(status.provider.reason)}`
    const app = await client.createLink()
    if (options.open) opensBrowser(cli, app.url)
    const text = `The daemon runs at ${ready.url} (pid ${ready.pid}).${lends}\nGolem App, in a browser: ${app.url}`
    if (!options.foreground) {
      child.unref()
      return {
        value: { url: ready.url, pid: ready.pid, home, log: logFile, app: app.url, status },
        text: `${text}\nlog: ${logFile}`,
      }
    }
    io.stderr.write(`${text}\nCtrl-C ends it.\n`)
    const [code] = child.exitCode === null && child.signalCode === null ? await once(child, 'exit') : [child.exitCode]
    return { value: { pid: ready.pid, code }, text: 'The daemon has ended.', exitCode: code === 0 ? 0 : 1 }
  } finally {
    release()
    await log?.close()
  }
}

/** Two daemons with one key would spend the same money twice. The daemon itself holds a lock; this only says it well. */
export async function refuseSecond({ home, client }: Cli): Promise<void> {
  const file = await readApiFile(home)
  if (file === null || !isAlive(file.pid)) return
  const answers = await client.status().then(
    () => true,
    () => false,
  )
  if (!answers) return
  throw new GolemError({
    code: 'DAEMON_RUNNING',
    message: `A daemon already runs for ${home} (pid ${file.pid}).`,
    remedy: 'Stop it with `golem down` first, or choose another --home.',
  })
}
