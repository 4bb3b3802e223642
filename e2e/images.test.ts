import { execFile } from 'node:child_process'
import { copyFile, cp, mkdir, readdir } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import type { Image } from '@golem/api'
import { createOciSandbox } from '@golem/sandbox'
import { expect, test } from 'vitest'
import { startGrid } from './src/index.ts'

const BUILD = resolve(import.meta.dirname, '../apps/blender/image/build-rootfs.mjs')
const SCENE = resolve(import.meta.dirname, '../apps/blender/scenes/light.blend')
const MIB = 1024 ** 2

test('Blender in an image of Debian’s packages renders on a machine that had to fetch the image by its CID', {
  timeout: 1_200_000,
}, async () => {
  const grid = await startGrid({ providers: 1 })
  const [provider] = grid.providers
  if (provider === undefined) throw new Error('a grid of one provider has one')
  const { folder, requestor } = grid
  const at = (name: string) => join(folder, name)
  try {
    const { stdout } = await promisify(execFile)(process.execPath, [BUILD, at('rootfs')])
    const [program, ...build] = stdout.trim().split(' ')
    expect(program).toBe('golem')
    const { cid, name } = (await requestor.json(build)) as Image
    expect(await requestor.json(['image', 'list'])).toMatchObject([{ cid, name }])
    expect(await provider.json(['image', 'list'])).toEqual([])
    await provider.json(['data', 'get', cid, '--out', at('layout')])

    await mkdir(at('in'))
    await copyFile(SCENE, at('in/light.blend'))
    await mkdir(at('out'))
    const materialise = (_: string, target: string) => cp(at('layout'), target, { recursive: true })
    const sandbox = await createOciSandbox({ content: { materialise } }, { stateDir: at('state'), runtime: 'auto' })
    try {
      const render = ['--background', '--disable-autoexec', '--threads', '1', '/in/light.blend']
      const run = await sandbox.start({
        name: 'image',
        runtime: { kind: 'oci', root: 'image', image: cid as never },
        argv: ['/usr/bin/blender', ...render, '--render-output', '/out/inside-', '--render-frame', '1'],
        env: {},
        mounts: [
          { source: at('in'), target: '/in', writable: false },
          { source: at('out'), target: '/out', writable: true },
        ],
        outbound: [],
        limits: {
          ...{ memoryBytes: 2_048 * MIB, pids: 64, cores: 1, wallMs: 600_000, logBytes: 16 * MIB },
          ...{ diskBytes: 256 * MIB, outputBytes: 64 * MIB, outputFiles: 10, fileBytes: 64 * MIB },
        },
      })
      const { code, logTail } = await run.exited
      expect([code, logTail]).toEqual([0, expect.stringContaining('Saved')])
      expect(await readdir(at('out'))).toEqual(['inside-0001.png'])
      expect(await readdir(at('state/images'))).toEqual([cid])
    } finally {
      await sandbox.stop()
    }
  } finally {
    await grid.stop()
  }
})
