#!/usr/bin/env node
// Stands in for the native compiler, so that forge works offline with the compiler that npm installed:
// `solc --version` and `solc --standard-json [...]` are all that forge asks.
import { readFileSync } from 'node:fs'
import solc from 'solc'

if (process.argv.includes('--version')) {
  process.stdout.write(
    `solc, the solidity compiler commandline interface\nVersion: ${solc.version().replace('.Emscripten.clang', '.Linux.g++')}\n`,
  )
} else {
  process.stdout.write(solc.compile(readFileSync(0, 'utf8')))
}
