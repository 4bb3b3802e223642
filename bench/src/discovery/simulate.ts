import { type DemandTraffic, simulateGrid } from './simulated-grid.ts'

/** What a simulation of so many providers showed: averages of a demand's, and of one provider's round. */
export type Simulated = DemandTraffic & { questionsARound: number; seconds: number; memoryMib: number }

// `simulate.ts PROVIDERS DEMANDS WANTED` prints one JSON line: a process of its own, which may have the memory it takes.
const [size = 0, demands = 0, wanted = 0] = process.argv.slice(2).map(Number)
const startedMs = performance.now()
const grid = await simulateGrid(size)
// Every second provider is busy, or wants more than is paid.
const isWilling = (provider: string) => Number.parseInt(provider.slice(-1), 16) % 2 === 0
const sum: DemandTraffic = { deliveries: 0, questions: 0 }
for (let count = 0; count < demands; count += 1) {
  const { deliveries, questions } = await grid.demand(`${count}`, wanted, isWilling)
  sum.deliveries += deliveries
  sum.questions += questions
}
const simulated: Simulated = {
  deliveries: sum.deliveries / demands,
  questions: sum.questions / demands,
  questionsARound: grid.questionsARound,
  seconds: (performance.now() - startedMs) / 1_000,
  memoryMib: process.memoryUsage.rss() / 1024 ** 2,
}
console.log(JSON.stringify(simulated))
