import { chainCompliance } from '../compliance/chain.ts'
import { memoryLedger } from './chain.ts'
import { memoryClock } from './clock.ts'

chainCompliance('memory', async () => {
  const clock = memoryClock()
  const ledger = memoryLedger({ clock })
  return {
    open: async ({ address }) => ledger.open(address),
    fund: async (to, amounts) => ledger.fund(to, amounts),
    advance: (seconds) => clock.advance(seconds * 1000),
    remove: async () => {},
  }
})
