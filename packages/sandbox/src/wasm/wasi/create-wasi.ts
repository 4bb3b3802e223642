import { descriptorCalls } from './descriptor-calls.ts'
import { openBudget } from './files.ts'
import { openGuestMemory } from './guest-memory.ts'
import { pathCalls } from './path-calls.ts'
import { processCalls } from './process-calls.ts'
import type { RunState } from './run-state.ts'
import { seededRandom } from './seeded-random.ts'
import type { WasiFunctions, WasiHost } from './wasi-host.ts'

/** A program that has ended can reach nothing. */
const NO_RUN: RunState = {
  args: [],
  env: [],
  descriptors: [],
  budget: openBudget(0, 0),
  inodes: { next: 1 },
  random: seededRandom(() => ''),
  clockNs: 0n,
}

/**
 * WASI preview 1 over a file system in memory. There is no way from here to the host: no call of its own reads a file,
 * a clock or chance of the machine.
 *
 * @see https://github.com/WebAssembly/WASI/blob/main/legacy/preview1/docs.md
 */
export function createWasi(): { host: WasiHost; functions: WasiFunctions; leave: () => void } {
  const host: WasiHost = { memory: openGuestMemory(), run: NO_RUN }
  return {
    host,
    functions: { ...processCalls(host), ...descriptorCalls(host), ...pathCalls(host) },
    leave: () => {
      host.run = NO_RUN
      host.memory.use(null)
    },
  }
}
