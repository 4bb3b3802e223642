#!/usr/bin/env node
// Plain JavaScript that old Nodes read too: it finds a Node that runs TypeScript from source, then the command itself.
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import * as nodeModule from 'node:module'
import { fileURLToPath } from 'node:url'

const [major, minor] = process.versions.node.split('.').map(Number)
if (major > 24 || (major === 24 && minor >= 12)) {
  // Stripping types and compiling takes half of a short command's time. The cache lies beside the code it is made of,
  // because who can write there can write the code too; where it cannot be written, Node goes on without.
  const cache = new URL('../../../node_modules/.cache/', import.meta.url)
  nodeModule.enableCompileCache(fileURLToPath(new URL('golem', cache)))
  // Packages in few files instead of many, where the set-up made them: for this process and those that it starts.
  const bundled = new URL('golem-packages/start.mjs', cache).href
  if (existsSync(fileURLToPath(bundled))) {
    process.env.NODE_OPTIONS = `${process.env.NODE_OPTIONS ?? ''} --import=${bundled}`.trim()
    await import(bundled)
  }
  const { main } = await import('../src/main.ts')
  await main()
} else {
  const name = `node-${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`
  const file = process.platform === 'win32' ? 'node.exe' : 'node'
  const roots = ['../../../node_modules/', '../node_modules/']
  const node = roots
    .map((root) => fileURLToPath(new URL(`${root}${name}/bin/${file}`, import.meta.url)))
    .find((path) => existsSync(path))
  if (node === undefined) {
    process.stderr.write(
      `golem needs Node 24.12 or newer, and this is ${process.version}. Run \`npm run setup\` first.\n`,
    )
    process.exit(1)
  }
  const child = spawn(node, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], { stdio: 'inherit' })
  // A terminal's Ctrl-C reaches the child by itself: it decides, and this process waits for it.
  process.on('SIGINT', () => {})
  for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
  child.on('exit', (code, signal) => {
    if (signal === null) process.exit(code)
    process.removeAllListeners(signal)
    process.kill(process.pid, signal)
  })
}
