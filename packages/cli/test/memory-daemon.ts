// A daemon for `golem up` to start: the real server, file and report over the in-memory twin.
import { removeApiFile, writeApiFile } from '@golem/api/api-file'
import { createHttpServer } from '@golem/node/http'
import { createMemoryDaemon, memorySessions } from '@golem/node/http/memory'
import { parseDaemonOptions } from '@golem/node/options'
import { askParent, reportToParent } from '@golem/node/report'
import { GolemError } from '@golem/protocol'

try {
  const { home, port, bootstrap } = parseDaemonOptions(process.argv[2])
  // Two ways of failing, chosen by an address that stands for no peer.
  if (bootstrap.includes('/dns/refuse')) throw new GolemError({ code: 'SANDBOX_MISSING', message: 'There is no runc.' })
  if (bootstrap.includes('/dns/crash')) process.exit(3)
  // And one of asking.
  if (bootstrap.includes('/dns/ask')) {
    const told = await askParent({ password: { use: 'open', before: 'first' } })
    if (told !== 'correct horse') throw new GolemError({ code: 'PASSWORD_WRONG', message: `Not ${typeof told}.` })
  }

  const end = async () => {
    await server.stop()
    await removeApiFile(home, process.pid)
  }
  const daemon = createMemoryDaemon()
  daemon.shutdown = async () => void setImmediate(() => void end())
  const components = { daemon, token: 'token-of-a-test', sessions: memorySessions(), logger: console }
  const server = await createHttpServer(components, { port, version: '0.0.0' })
  process.once('SIGTERM', () => void end())
  const file = { url: server.url, token: components.token, pid: process.pid }
  await writeApiFile(home, file)
  console.log('started')
  await reportToParent({ ready: file })
} catch (error) {
  if (!(error instanceof GolemError)) throw error
  const { code, message } = error
  await reportToParent({ problem: { code, message } })
  process.exitCode = 1
}
