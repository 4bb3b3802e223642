/** The demo: `npm run demo`, or `npm run demo -- FILE.blend --frames 1-4`. */
import { existsSync } from 'node:fs'
import { enableCompileCache } from 'node:module'
import { fileURLToPath } from 'node:url'

// Before the rest is imported, as the command itself does: what was compiled once, and packages in few files.
const cache = new URL('../../node_modules/.cache/', import.meta.url)
enableCompileCache(fileURLToPath(new URL('golem', cache)))
const bundled = new URL('golem-packages/start.mjs', cache)
if (existsSync(bundled)) await import(bundled.href)

const { runDemo } = await import('./run-demo.ts')
process.exitCode = await runDemo(process.argv.slice(2), {
  startedAtMs: performance.timeOrigin,
  cwd: process.env.INIT_CWD ?? process.cwd(),
  say: (line) => void process.stdout.write(`${line}\n`),
})
