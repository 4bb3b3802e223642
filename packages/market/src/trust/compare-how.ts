import type { Bytes32 } from '@golem/protocol'

export type CompareInput = {
  /** Hash of the provider's freshly seeded calibration, and never what a machine says of itself. */
  providerClass: Bytes32
  /** Classes that the checker can reproduce by its own calibration, its own first: a newer processor runs older kernels. */
  checkerClasses: readonly Bytes32[]
  /** What the application's tolerant comparison is known to catch; null where it has none, or its work runs on a GPU of no known floor. */
  tolerance: { detection: number } | null
}

export type HowCompared =
  /** To the last bit, run as that class. */
  | { kind: 'exact'; as: Bytes32; detection: 1 }
  /** Alike, and checked the more often (`checkRate` with this detection). */
  | { kind: 'tolerant'; detection: number }
  /** Nothing that this checker computes says anything: a checker of that class is asked. */
  | { kind: 'elsewhere' }

/** How a checker compares a result with its own: in the provider's class where it can, tolerantly as the last resort. */
export function compareHow({ providerClass, checkerClasses, tolerance }: CompareInput): HowCompared {
  if (checkerClasses.includes(providerClass)) return { kind: 'exact', as: providerClass, detection: 1 }
  if (tolerance !== null && tolerance.detection > 0) return { kind: 'tolerant', detection: tolerance.detection }
  return { kind: 'elsewhere' }
}
