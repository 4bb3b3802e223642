/** The demo: `npm run demo`, or `npm run demo -- FILE.blend --frames 1-4`. */
import { enableCompileCache } from 'node:module'
import { join } from 'node:path'

// Before the rest is imported: what was compiled once is not compiled again.
enableCompileCache(join(import.meta.dirname, '../../node_modules/.cache/golem'))
const { runDemo } = await import('./run-demo.ts')
process.exitCode = await runDemo(process.argv.slice(2), {
  startedAtMs: performance.timeOrigin,
  cwd: process.env.INIT_CWD ?? process.cwd(),
  say: (line) => void process.stdout.write(`${line}\n`),
})
