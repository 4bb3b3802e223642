// Runs a module where nothing stops it: with Node's own WASI over the whole disk. `outside.mjs MODULE IN OUT ARGS...`
import { readFileSync } from 'node:fs'
import { WASI } from 'node:wasi'

const [module, inFolder, outFolder, ...args] = process.argv.slice(2)
const preopens = { '/in': inFolder, '/out': outFolder, '/': '/' }
const wasi = new WASI({ version: 'preview1', args: ['program', ...args], preopens, returnOnExit: true })
const { instance } = await WebAssembly.instantiate(readFileSync(module), { wasi_snapshot_preview1: wasi.wasiImport })
process.exitCode = wasi.start(instance)
