import type { Beacon, Clock } from '@golem/ports'
import { type Bytes32, GolemError } from '@golem/protocol'

const LOOK_MS = 1_000

/**
 * Waits for a block's hash.
 *
 * @throws {GolemError} `BEACON_MISSING` where there is none in time
 */
export async function awaitBeacon(
  { beacon, clock }: { beacon: Beacon; clock: Clock },
  { block, withinMs, nudges = false }: { block: number; withinMs: number; nudges?: boolean },
  signal: AbortSignal,
): Promise<Bytes32> {
  const untilMs = clock.now() + withinMs
  for (;;) {
    const hash = await beacon.hashOf(block)
    if (hash !== null) return hash
    if (clock.now() > untilMs)
      throw new GolemError({
        code: 'BEACON_MISSING',
        message: `Block ${block}, which draws auditors, is not final yet.`,
      })
    if (nudges && (await beacon.head()) < block) await beacon.nudge()
    else await clock.sleep(LOOK_MS, { signal })
  }
}
