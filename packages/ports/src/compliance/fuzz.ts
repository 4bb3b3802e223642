import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { expect } from 'vitest'
import { createMutator, type Mutator } from './mutate.ts'

/** Mutated messages for each handler; `npm run test:deep` sends a million. */
const FUZZED_MESSAGES = process.env.GOLEM_DEEP === '1' ? 1_000_000 : 20_000
/** What a handler may come to hold beside what it held after the first tenth: caches that are full have a size. */
const GROWTH_BYTES = 24 * 1024 * 1024
const LET_GO_MS = 30_000
/** For a test that fuzzes a handler. */
export const FUZZ_TIMEOUT_MS = process.env.GOLEM_DEEP === '1' ? 4 * 60 * 60_000 : 300_000

/**
 * Hands spoilt messages to a handler, and expects that it neither fails nor comes to hold more and more.
 *
 * @param samples honest messages, which are spoilt
 * @param deliver hands one over; whatever it throws is harm done
 */
export async function fuzz(
  samples: readonly Uint8Array[],
  deliver: (message: Uint8Array, mutator: Mutator) => Promise<void> | void,
  /** Of all messages, where several ways lead to one handler. */
  { share = 1 }: { share?: number } = {},
): Promise<void> {
  const mutator = createMutator()
  const messages = Math.ceil(FUZZED_MESSAGES * share)
  const warm = Math.ceil(messages / 10)
  let heldBytes = 0
  for (let count = 0; count < messages; count++) {
    if (count === warm) heldBytes = heapBytes()
    const message = mutator.bytes(mutator.pick(samples))
    try {
      await deliver(message, mutator)
    } catch (cause) {
      throw new Error(`message ${count} of seed ${mutator.seed} did harm: ${describe(message)}`, { cause })
    }
  }
  // What waits for a few seconds, as a deadline does, is not held for ever.
  const message = `what is held after ${messages} messages of seed ${mutator.seed}`
  const growth = expect.poll(() => heapBytes() - heldBytes, { message, timeout: LET_GO_MS, interval: 1_000 })
  await growth.toBeLessThan(GROWTH_BYTES)
}

const describe = (message: Uint8Array): string => Buffer.from(message.subarray(0, 500)).toString('latin1')

function heapBytes(): number {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  collect()
  return process.memoryUsage().heapUsed
}
