// A person's own program: computes with so many threads when told, and tells how fast that was. `foreground.ts THREADS`
import { once } from 'node:events'
import { isMainThread, parentPort, Worker } from 'node:worker_threads'

/** About half a second of one core: short beside the swings of a machine that shares its host with others. */
const ITERATIONS = 160_000_000

function compute(iterations: number): number {
  let x = 0.5
  let sum = 0
  for (let i = 0; i < iterations; i += 1) {
    x = 3.9 * x * (1 - x)
    sum += x
  }
  return sum
}

if (isMainThread) {
  const threads = Number(process.argv[2])
  const workers = Array.from({ length: threads }, () => new Worker(import.meta.filename))
  process.on('message', async () => {
    const beganMs = performance.now()
    const done = workers.map((worker) => once(worker, 'message'))
    for (const worker of workers) worker.postMessage(ITERATIONS)
    await Promise.all(done)
    const seconds = (performance.now() - beganMs) / 1_000
    process.send?.((threads * ITERATIONS) / seconds)
  })
  process.on('disconnect', () => process.exit())
  // Compiled and warm before it is measured.
  await Promise.all(
    workers.map((worker) => {
      worker.postMessage(ITERATIONS / 5)
      return once(worker, 'message')
    }),
  )
  process.send?.(0)
} else {
  parentPort?.on('message', (iterations: number) => parentPort?.postMessage(compute(iterations)))
}
