import { runDaemons } from '../run-daemons.ts'
import { AUDITORS } from './auditor-strategies.ts'
import { BOASTERS, CHEATS, HONEST, IDLERS, KEYED, REPLICATORS, type Strategy } from './provider-strategies.ts'
import { REQUESTORS } from './requestor-strategies.ts'

// Daemons like any other, but for what they compute, say or keep: `hostile-daemons.ts [{ options, strategy }, …]`. They have
// WebAssembly work alone.

const STRATEGIES: Readonly<Record<string, Strategy>> = {
  ...HONEST,
  ...CHEATS,
  ...IDLERS,
  ...BOASTERS,
  ...KEYED,
  ...REPLICATORS,
  ...REQUESTORS,
  ...AUDITORS,
}
const all: { options: object; strategy: string }[] = JSON.parse(process.argv[2] ?? '')
const hasApp = (module: string) => module.includes('/map/')

await runDaemons(
  all.map(({ options, strategy }) => ({
    options,
    disguise: (own) => ({ ...STRATEGIES[strategy]?.(own), hasApp }),
  })),
)
