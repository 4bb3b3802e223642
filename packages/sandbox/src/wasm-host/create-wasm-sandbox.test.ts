import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { sandboxCompliance } from '@golem/ports/compliance'
import { asCid, GolemError } from '@golem/protocol'
import { createOciSandbox } from '../oci/create-oci-sandbox.ts'
import { createWasmSandbox } from './create-wasm-sandbox.ts'

const MODULE = asCid(`bafkrei${'a'.repeat(52)}`)
const ABSENT = asCid(`bafkrei${'b'.repeat(52)}`)
const module = await readFile(join(import.meta.dirname, '../../test/wasm/modules/compliance.wasm'))

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
      throw new GolemError({ code: 'CONTENT_UNAVAILABLE', message: 'It is not here.' })
    },
  }
  let folders = 0
  return {
    sandbox: createWasmSandbox({ sandbox: oci, storage }, { stateDir: join(folder, 'wasm') }),
    foreign: [],
    programs: {
      echo: run('echo'),
      fail: run('fail'),
      hang: run('hang'),
      chatter: run('chatter'),
      produce: run('produce'),
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
