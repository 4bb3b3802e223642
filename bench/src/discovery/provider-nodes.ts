// Providers, each a node of its own: `provider-nodes.ts COUNT ADDRESS` says a line when they are there. ADDRESS is a peer's.
import { idleProvider } from '@golem/e2e'
import { memoryLedger } from '@golem/ports/memory'
import { clock, startNode } from './start-node.ts'

const [count = '', address = ''] = process.argv.slice(2)
const ledger = memoryLedger({ clock })
for (let index = 0; index < Number(count); index += 1) await idleProvider(await startNode([address]), ledger).start()
console.log('ready')
