/** The keeper's process: `node main.ts --dir DIR`. Started by `joinDevChain`, ended by itself. */
import { parseArgs } from 'node:util'
import { runKeeper } from './run-keeper.ts'

const { values } = parseArgs({ options: { dir: { type: 'string' } } })
if (values.dir === undefined) throw new Error('--dir is missing')

const stop = new AbortController()
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, () => stop.abort())
await runKeeper({ dir: values.dir, signal: stop.signal })
process.exit()
