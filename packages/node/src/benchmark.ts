/** Iterations a second of the kernel below on the reference machine's one core; it defines speed 1. */
const REFERENCE_PER_SECOND = 400_000_000
const ROUND_ITERATIONS = 12_000_000
const ROUNDS = 3

/**
 * Speed of one core, by a floating-point kernel of fixed work; the reference machine has 1. The best of a few rounds:
 * other programs only ever slow it down. Verified subtasks correct what it says.
 */
export function benchmark(nowMs: () => number = () => performance.now()): number {
  let best = Number.POSITIVE_INFINITY
  for (let round = 0; round < ROUNDS; round += 1) {
    const beganMs = nowMs()
    if (Number.isNaN(kernel(ROUND_ITERATIONS))) throw new RangeError('the benchmark left the real numbers')
    best = Math.min(best, nowMs() - beganMs)
  }
  const perSecond = ROUND_ITERATIONS / (best / 1_000)
  return Math.round((perSecond / REFERENCE_PER_SECOND) * 1_000) / 1_000
}

function kernel(iterations: number): number {
  let x = 0.5
  let sum = 0
  for (let i = 0; i < iterations; i += 1) {
    x = 3.9 * x * (1 - x)
    sum += Math.sqrt(x)
  }
  return sum
}
