import type { SandboxRuntime, SandboxSpec } from '@golem/ports'
import { memorySandbox } from '@golem/ports/memory'
import { asCid } from '@golem/protocol'
import { expect, it } from 'vitest'
import { joinSandboxes } from './join-sandboxes.ts'

const saying = (word: string) =>
  memorySandbox({
    program: async ({ answer }) => {
      answer(word)
    },
  })
const spec = (runtime: SandboxRuntime): SandboxSpec => ({
  name: 'joined',
  runtime,
  argv: ['program'],
  env: {},
  mounts: [],
  outbound: [],
  limits: {
    memoryBytes: 1,
    pids: 1,
    cores: 1,
    wallMs: 1,
    diskBytes: 1,
    outputBytes: 1,
    outputFiles: 1,
    fileBytes: 1,
    logBytes: 1,
  },
})

it('starts each program in the sandbox for its kind, and stops them all', async () => {
  const joined = joinSandboxes({ oci: saying('oci'), wasm: saying('wasm') })
  const answer = async (runtime: SandboxRuntime) => {
    const process = await joined.start(spec(runtime))
    for await (const line of process.lines) return line
    return null
  }
  expect(await answer({ kind: 'oci', root: 'host-tools' })).toBe('oci')
  expect(await answer({ kind: 'wasm', module: asCid(`bafkrei${'a'.repeat(52)}`) })).toBe('wasm')
  expect(await joined.doctor()).toHaveLength(2)
  await joined.stop()
  await expect(joined.start(spec({ kind: 'oci', root: 'host-tools' }))).rejects.toThrow()
})
