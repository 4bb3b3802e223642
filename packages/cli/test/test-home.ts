import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach } from 'vitest'
import { run } from '../src/run.ts'
import { testIo } from './test-io.ts'

/** Two cores may be shared with much else. */
export const SOON = { interval: 5, timeout: 20_000 }

export type TestHome = {
  /** Holds `scene.blend`, and the home. */
  readonly folder: string
  readonly home: string
  /** Runs `golem --home HOME ARGV`. */
  golem(
    argv: readonly string[],
    options?: { terminal?: boolean },
  ): Promise<{ exitCode: number; out: string; err: string }>
}

/** An empty home for each test of a file, gone after it. */
export function testHome(): TestHome {
  let folder = ''
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'golem-cli-'))
    await mkdir(join(folder, 'home'))
    await writeFile(join(folder, 'scene.blend'), 'BLENDER')
  })
  afterEach(() => rm(folder, { recursive: true }))
  return {
    get folder() {
      return folder
    },
    get home() {
      return join(folder, 'home')
    },
    async golem(argv, options = {}) {
      const io = testIo({ cwd: folder, ...options })
      const exitCode = await run(['--home', join(folder, 'home'), ...argv], io)
      return { exitCode, out: io.out(), err: io.err() }
    },
  }
}
