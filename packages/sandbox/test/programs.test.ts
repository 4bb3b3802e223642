import { readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { inPlace, LIMITS, nextLine, runtimes } from './place.ts'

const NODE_PROGRAM = `
const { writeSync, mkdtempSync, writeFileSync, createWriteStream } = require('node:fs')
const { Worker } = require('node:worker_threads')
const { spawnSync } = require('node:child_process')
const { randomBytes } = require('node:crypto')
const os = require('node:os')
const server = require('node:net').createServer().on('error', (error) => finish(error.code)).listen(0)
function finish(network) {
  new Worker('require("node:worker_threads").parentPort.postMessage(6 * 7)', { eval: true }).on('message', (answer) => {
    const folder = mkdtempSync(os.tmpdir() + '/x')
    writeFileSync(folder + '/file', randomBytes(1000))
    const child = spawnSync('sh', ['-c', 'echo child'], { encoding: 'utf8' }).stdout
    writeSync(3, JSON.stringify({ answer, child, network, cpus: os.cpus().length > 0 }) + '\\n')
  })
}
`

const PYTHON_PROGRAM = `
import json, multiprocessing, os, ssl, sqlite3, subprocess, tempfile, threading
with multiprocessing.Pool(2) as pool: squares = pool.map(abs, range(-5, 0))
with tempfile.TemporaryDirectory() as folder: sqlite3.connect(folder + '/x.db').execute('create table t (x)')
thread = threading.Thread(target=lambda: None); thread.start(); thread.join()
child = subprocess.run(['sh', '-c', 'echo child'], capture_output=True, text=True).stdout
os.write(3, json.dumps({'squares': squares, 'child': child}).encode() + b'\\n')
`

const BLENDER_PROGRAM = `
import bpy, os
scene = bpy.context.scene
scene.render.engine = 'CYCLES'
scene.cycles.samples = 1
scene.cycles.use_denoising = False
scene.render.resolution_x = scene.render.resolution_y = 16
scene.render.filepath = '/out/frame.png'
bpy.ops.render.render(write_still=True)
os.write(3, b'rendered\\n')
`

describe.each(runtimes)('programs under %s', (runtime) => {
  it('runs Node.js with threads, children and files', () =>
    inPlace(runtime, async ({ sandbox, spec }) => {
      const process = await sandbox.start(spec(['node', '-e', NODE_PROGRAM]))
      expect(JSON.parse(await nextLine(process))).toEqual({
        answer: 42,
        child: 'child\n',
        network: 'EAFNOSUPPORT',
        cpus: true,
      })
      expect(await process.exited).toMatchObject({ code: 0, logTail: '' })
    }))

  it('runs Python with processes, threads and files', () =>
    inPlace(runtime, async ({ sandbox, spec }) => {
      const process = await sandbox.start(spec(['/usr/bin/python3', '-c', PYTHON_PROGRAM]))
      expect(JSON.parse(await nextLine(process))).toEqual({ squares: [5, 4, 3, 2, 1], child: 'child\n' })
      expect(await process.exited).toMatchObject({ code: 0, logTail: '' })
    }))

  it('runs Blender, which renders a frame to /out', () =>
    inPlace(runtime, async ({ sandbox, spec, mount }) => {
      const out = await mount('/out', true)
      const process = await sandbox.start(
        spec(['blender', '-b', '-t', '1', '--factory-startup', '--python-expr', BLENDER_PROGRAM], {
          mounts: [out],
          limits: { ...LIMITS, memoryBytes: 2 * 1024 ** 3 },
        }),
      )
      expect(await nextLine(process)).toBe('rendered')
      expect((await process.exited).code).toBe(0)
      expect((await readFile(join(out.source, 'frame.png'))).subarray(1, 4).toString()).toBe('PNG')
      // Owned by nobody of this machine.
      expect((await stat(join(out.source, 'frame.png'))).uid).toBeGreaterThan(1_000_000_000)
    }))

  it('sees files that the host adds to a folder it is given', () =>
    inPlace(runtime, async ({ sandbox, spec, mount }) => {
      const given = await mount('/in', false)
      const process = await sandbox.start(
        spec(['sh', '-c', 'while read -r name; do cat /in/$name >&3; done'], { mounts: [given] }),
      )
      await writeFile(join(given.source, 'late'), 'after the start\n')
      await process.send('late')
      expect(await nextLine(process)).toBe('after the start')
      await process.kill()
    }))

  it('shows nothing of the root but what is mounted, and that read-only', () =>
    inPlace(runtime, async ({ sandbox, spec, mount }) => {
      const process = await sandbox.start(
        spec(['sh', '-c', 'touch /in/x /x; ls / >&2; id -u >&2'], { mounts: [await mount('/in', false)] }),
      )
      const { logTail } = await process.exited
      expect(logTail.match(/Read-only file system/g)).toHaveLength(2)
      expect(logTail).toContain('1000')
    }))

  it('says what it cannot mount, in one sentence', () =>
    inPlace(runtime, async ({ sandbox, spec, mount, folder }) => {
      const start = (target: string, source = folder): Promise<unknown> =>
        sandbox.start(spec(['true'], { mounts: [{ source, target, writable: false }] }))
      await expect(start('/in')).rejects.toMatchObject({ code: 'SANDBOX_START_FAILED', message: /mode is 700/ })
      for (const target of ['/usr', '/etc/x', '/proc', '/in/../usr', 'in', '/', '/in/']) {
        await expect(start(target)).rejects.toMatchObject({ message: /cannot be a mount point/ })
      }
      await expect(start('/in', join(folder, 'absent'))).rejects.toMatchObject({ message: /There is no/ })
      const given = await mount('/in', false)
      await expect(sandbox.start(spec(['true'], { mounts: [given, given] }))).rejects.toMatchObject({
        message: /twice/,
      })
      await expect(sandbox.start(spec(['true'], { name: '../x' }))).rejects.toMatchObject({ message: /name/ })
    }))

  it('finds itself in order', () =>
    inPlace(runtime, async ({ sandbox }) => {
      const checks = await sandbox.doctor()
      expect(checks.filter(({ ok }) => !ok)).toEqual([])
      expect(checks.map(({ name }) => name)).toContain(`container runtime ${runtime}`)
    }))
})
