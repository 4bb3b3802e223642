import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { sandboxCompliance } from '@golem/ports/compliance'
import { asCid, GolemError } from '@golem/protocol'
import { wat } from '../../test/wasm/wat.ts'
import { createOciSandbox } from '../oci/create-oci-sandbox.ts'
import { createWasmSandbox } from './create-wasm-sandbox.ts'

const MODULE = asCid(`bafkrei${'a'.repeat(52)}`)
const NOSY = asCid(`bafkrei${'c'.repeat(52)}`)
const ABSENT = asCid(`bafkrei${'b'.repeat(52)}`)
const module = await readFile(join(import.meta.dirname, '../../test/wasm/modules/compliance.wasm'))

/** Asked anything, it opens `etc/shadow` below the one folder that it has, and answers with what it was asked. */
const nosy = await wat(`(module
  (import "wasi_snapshot_preview1" "fd_read" (func $read (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "path_open"
    (func $open (param i32 i32 i32 i32 i32 i64 i64 i32 i32) (result i32)))
  (memory (export "memory") 1)
  (data (i32.const 32) "etc/shadow")
  (func (export "_start")
    (i32.store (i32.const 0) (i32.const 1024))
    (i32.store (i32.const 4) (i32.const 4096))
    (drop (call $read (i32.const 0) (i32.const 0) (i32.const 1) (i32.const 4)))
    (if (i32.eqz (i32.load (i32.const 4))) (then (return)))
    (drop (call $open (i32.const 3) (i32.const 0) (i32.const 32) (i32.const 10) (i32.const 0)
      (i64.const 2) (i64.const 0) (i32.const 0) (i32.const 16)))
    (drop (call $write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 8)))))`)

const run = (what: string, cid = MODULE) => ({
  runtime: { kind: 'wasm', module: cid, interface: 'protocol' } as const,
  argv: [what],
})

sandboxCompliance('wasm', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'golem-wasm-'))
  const oci = await createOciSandbox({}, { stateDir: join(folder, 'oci'), runtime: 'auto' })
  const storage = {
    readFile: async (cid: string) => {
      if (cid === MODULE) return module
      if (cid === NOSY) return nosy
      throw new GolemError({ code: 'CONTENT_UNAVAILABLE', message: 'It is not here.' })
    },
  }
  let folders = 0
  return {
    sandbox: createWasmSandbox({ sandbox: oci, storage }, { stateDir: join(folder, 'wasm') }),
    foreign: [],
    canObserve: true,
    programs: {
      echo: run('echo'),
      fail: run('fail'),
      hang: run('hang'),
      chatter: run('chatter'),
      produce: run('produce'),
      nosy: run('', NOSY),
      absent: run('echo', ABSENT),
    },
    makeFolder: async () => {
      folders += 1
      const made = join(folder, `made-${folders}`)
      await mkdir(made, { mode: 0o755 })
      return made
    },
    write: async (path, text) => {
      await mkdir(dirname(path), { recursive: true })
      await writeFile(path, text)
    },
    read: (path) => readFile(path, 'utf8').catch(() => null),
    remove: () => rm(folder, { recursive: true }),
  }
})
