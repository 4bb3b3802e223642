import { runDaemons } from '../run-daemons.ts'
import { STRATEGIES } from './all-strategies.ts'

// Daemons like any other, but for what they compute, say or keep: `hostile-daemons.ts [{ options, strategy }, …]`. They have
// WebAssembly work alone.

const all: { options: object; strategy: string }[] = JSON.parse(process.argv[2] ?? '')
const hasApp = (module: string) => module.includes('/map/')

await runDaemons(
  all.map(({ options, strategy }) => ({
    options,
    disguise: (own) => ({ ...STRATEGIES[strategy]?.(own), hasApp }),
  })),
)
