import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import sharp from 'sharp'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { processesOn } from './src/processes.ts'

const MAIN = resolve(import.meta.dirname, 'demo/main.ts')
const SCENE = resolve(import.meta.dirname, '../apps/blender/scenes/fixtures/tiny.blend')

/** Where the demo has its temporary files, and where its results go. */
let folder: string
let out: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'golem-demo-test-'))
  out = join(folder, 'out')
})
afterEach(() => rm(folder, { recursive: true, force: true }))

type Demo = { code: number | null; output: string }

/** Runs the demo; `onOutput` sees all that it has said so far, and may signal it. */
async function demo(args: readonly string[], onOutput: (text: string, pid: number) => void = () => {}): Promise<Demo> {
  const child = spawn(process.execPath, [MAIN, ...args], {
    cwd: folder,
    env: { ...process.env, TMPDIR: folder, INIT_CWD: folder },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (chunk: string) => {
      output += chunk
      onOutput(output, child.pid as number)
    })
  }
  const [code] = (await once(child, 'close')) as [number | null]
  return { code, output }
}

/** The last column of the row `all`: tokens of every account together, before and after. */
function sumsIn(output: string): string[] {
  const lines = output.split('\n').map((line) => line.split('│').map((cell) => cell.trim()))
  const at = lines.findIndex(([, name]) => name === 'all')
  return [lines[at]?.at(-2) ?? '', lines[at + 1]?.at(-2) ?? '']
}

it('renders a file over real processes, pays for it without losing a token, and leaves nothing but its files', async () => {
  const { code, output } = await demo([SCENE, '--frames', '1-2', '--samples', '2', '--out', out])
  expect(output).toContain('From command to the first frame checked and merged')
  expect(code).toBe(0)
  expect((await readdir(out)).sort()).toEqual(['0001-0002.mp4', '0001.png', '0002.png', 'contact-sheet.png'])
  const frame = await sharp(join(out, '0001.png')).metadata()
  const sheet = await sharp(join(out, 'contact-sheet.png')).metadata()
  expect(sheet.width).toBeGreaterThan(2 * (frame.width ?? 0))
  expect((await stat(join(out, '0001-0002.mp4'))).size).toBeGreaterThan(500)
  expect(sumsIn(output)).toEqual(['4000', '4000'])
  expect(output).toContain('The sum is unchanged')
  expect(output.match(/rendered again/g)?.length).toBeGreaterThan(0)
  expect(await readdir(folder)).toEqual(['out'])
  expect(await processesOn(folder)).toEqual([])
})

it('says in one sentence what is wrong with a command line, before anything is started', async () => {
  const missing = await demo([join(folder, 'none.blend'), '--frames', '1'])
  expect(missing).toEqual({
    code: 2,
    output: `golem: There is no file ${join(folder, 'none.blend')}. Check the path.\n`,
  })
  const unknown = await demo([SCENE, '--frmes', '1'])
  expect(unknown.code).toBe(2)
  expect(unknown.output).toBe("golem: unknown option '--frmes'\n(Did you mean --frames?)\n")
  expect(await readdir(folder)).toEqual([])
})

it('ends everything in good order when it is interrupted', async () => {
  let interrupted = false
  const { code, output } = await demo([SCENE, '--frames', '1-2', '--out', out], (text, pid) => {
    if (interrupted || !text.includes('The job begins')) return
    interrupted = true
    process.kill(pid, 'SIGINT')
  })
  expect(code).toBe(1)
  expect(output).toContain('Stopping')
  expect(output).toContain('The nodes of the demo have ended')
  expect(output).not.toContain('    at ')
  expect((await readdir(folder)).filter((name) => name !== 'out')).toEqual([])
  expect(await processesOn(folder)).toEqual([])
})
