import { hashText } from '@golem/protocol'
import type { Beacon } from '../beacon.ts'

/** A chain of nothing but blocks, which one process shares; it makes one when it is nudged. */
export function memoryBeacon(): Beacon {
  let head = 1
  return {
    head: async () => head,
    hashOf: async (block) => (block <= head ? hashText(`golem/memory-beacon/${block}`) : null),
    nudge: async () => {
      head += 1
    },
  }
}
