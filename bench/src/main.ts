import type { Benchmark } from './benchmark.ts'

const BENCHMARKS: Record<string, () => Promise<{ run: Benchmark }>> = {
  discovery: () => import('./discovery.ts'),
  render: () => import('./render.ts'),
  latency: () => import('./latency.ts'),
  node: () => import('./node.ts'),
  gas: () => import('./gas.ts'),
  verification: () => import('./verification.ts'),
  vouchers: () => import('./vouchers.ts'),
  dispatch: () => import('./dispatch.ts'),
  sandbox: () => import('./sandbox.ts'),
  transfer: () => import('./transfer.ts'),
  app: () => import('./app.ts'),
  courtesy: () => import('./courtesy.ts'),
}

const name = process.argv[2] ?? ''
const load = Object.hasOwn(BENCHMARKS, name) ? BENCHMARKS[name] : undefined
if (load === undefined) {
  console.error(`${name === '' ? 'Which benchmark?' : `There is no benchmark ${name}.`} Use: npm run bench -- NAME`)
  console.error(`NAME is one of: ${Object.keys(BENCHMARKS).join(', ')}`)
  process.exitCode = 2
} else {
  const interrupted = new AbortController()
  process.once('SIGINT', () => interrupted.abort()).once('SIGTERM', () => interrupted.abort())
  const { run } = await load()
  for await (const result of run({ note: (line) => console.error(line), signal: interrupted.signal })) {
    console.log(JSON.stringify(result))
  }
}
