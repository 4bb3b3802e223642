import { execFile } from 'node:child_process'
import { access, chmod, copyFile, mkdir, mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import type { SandboxProcess } from '@golem/ports'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { inPlace, LIMITS } from '../test/place.ts'
import { type Attempt, record } from './record.ts'
import { runtimes } from './runtimes.ts'

const run = promisify(execFile)
const GROUP = 'What a .blend does to whoever opens it'
/** Of the application: what providers and requestors run. */
const WORKER = resolve(import.meta.dirname, '../../../apps/blender/worker')
const MEMORY_BYTES = 700 * 1024 ** 2

/** Each with what a person's own Blender does to leave a proof, where opening alone leaves none. */
const ATTACKS = {
  script: { name: 'run a script when it is opened', proof: '' },
  driver: { name: 'run Python as what drives a value', proof: 'bpy.context.scene.frame_set(2)' },
  picture: {
    name: 'draw in a picture of the host by its path',
    proof: "if bpy.data.images['picture'].size[0]: done()",
  },
  library: { name: 'draw in a scene of the host as a library', proof: "if 'prey' in bpy.data.objects: done()" },
  texture: { name: 'take 1.3 GB for one picture', proof: "len(bpy.data.images['huge'].pixels[:4]) and done()" },
} as const
type Kind = keyof typeof ATTACKS
const kinds = Object.keys(ATTACKS) as Kind[]

const exists = (path: string) =>
  access(path).then(
    () => true,
    () => false,
  )

describe(GROUP, () => {
  let folder = ''
  const attempts = new Map<Kind, Attempt>()
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'golem-blends-'))
    const secret = join(folder, 'secret')
    await mkdir(secret)
    const prey = `
import bpy
bpy.ops.mesh.primitive_cube_add()
bpy.context.object.name = 'prey'
bpy.ops.wm.save_as_mainfile(filepath='${secret}/scene.blend')
image = bpy.data.images.new('x', 4, 4)
image.filepath_raw, image.file_format = '${secret}/picture.png', 'PNG'
image.save()`
    await blender(['--python-expr', prey])
    await blender(['--python', join(import.meta.dirname, 'hostile_blends.py'), '--', folder, secret])
  }, 120_000)
  afterAll(async () => {
    record('blends', [...attempts.values()])
    await rm(folder, { recursive: true, force: true })
  })

  it.each(kinds)('works outside: %s', { timeout: 120_000 }, async (kind) => {
    const { name, proof } = ATTACKS[kind]
    const PROOF = join(folder, `proof-${kind}`)
    const done = "import bpy, os\ndef done(): open(os.environ['PROOF'], 'w').close()\n"
    await blender(['--enable-autoexec', join(folder, `${kind}.blend`), '--python-expr', `${done}${proof}`], { PROOF })
    attempts.set(kind, { group: GROUP, name, outside: 'works', stopped: {} })
    expect(await exists(PROOF)).toBe(true)
  })

  it.each(runtimes)('is stopped under %s', { timeout: 240_000 }, (runtime) =>
    inPlace(runtime, async ({ sandbox, spec, mount }) => {
      const given = await mount('/in', false)
      for (const kind of kinds) {
        await copyFile(join(folder, `${kind}.blend`), join(given.source, `${kind}.blend`))
        await chmod(join(given.source, `${kind}.blend`), 0o644)
      }
      for (const kind of kinds) {
        const out = { ...(await mount(`/out-${kind}`, true)), target: '/out' }
        const process = await sandbox.start(
          spec(['blender', ...'-b --factory-startup --disable-autoexec -t 1 --python /app/worker.py'.split(' ')], {
            env: { HOME: '/tmp', PROOF: '/out/proof' },
            mounts: [{ source: WORKER, target: '/app', writable: false }, given, out],
            limits: { ...LIMITS, memoryBytes: MEMORY_BYTES, fileBytes: MEMORY_BYTES, diskBytes: MEMORY_BYTES },
          }),
        )
        const found = await openAndRender(process, `/in/${kind}.blend`)
        expect(await readdir(out.source)).not.toContain('proof')
        const how = await outcome[kind](found, process)
        await process.kill()
        const attempt = attempts.get(kind)
        if (attempt) attempt.stopped[runtime] = how
      }
    }),
  )
})

type Answers = { inspected: { missing: unknown; warnings: unknown } | null; rendered: boolean }

/** How each ended; what it should have is refused, or was never there. */
const outcome: Record<Kind, (found: Answers, process: SandboxProcess) => Promise<string>> = {
  script: async (found) => ran(found, 'no script of a file runs'),
  driver: async (found) => {
    expect(JSON.stringify(found.inspected?.warnings)).toContain('PYTHON_DRIVER')
    return ran(found, 'no Python of a file runs; named as a warning')
  },
  picture: async ({ inspected }) => missing(inspected, 'picture.png'),
  library: async ({ inspected }) => missing(inspected, 'scene.blend'),
  texture: async (_found, process) => {
    const { limit } = await process.exited
    expect(limit).toMatchObject({ name: 'memoryBytes', allowed: MEMORY_BYTES })
    return `ended: memoryBytes of ${MEMORY_BYTES}`
  },
}

function ran({ rendered }: Answers, how: string): string {
  expect(rendered).toBe(true)
  return how
}

function missing(inspected: Answers['inspected'], name: string): string {
  expect(JSON.stringify(inspected?.missing)).toContain(name)
  return 'not there'
}

/** As a provider would. Without an answer to a request the program has ended. */
async function openAndRender(process: SandboxProcess, file: string): Promise<Answers> {
  const answers: Answers = { inspected: null, rendered: false }
  const ask = (id: number, method: string, params: object) =>
    process.send(JSON.stringify({ id, method, params: { file, remap: {}, ...params } })).catch(() => undefined)
  await ask(1, 'inspect', {})
  for await (const line of process.lines) {
    const { id, result, error } = JSON.parse(line)
    if (id === 1 && (result ?? error)) {
      answers.inspected = result ?? null
      await ask(2, 'render', { frames: [2], outDir: '/out' })
    }
    if (id === 2 && (result ?? error)) {
      answers.rendered = result !== undefined
      break
    }
  }
  return answers
}

const blender = (args: readonly string[], env: Record<string, string> = {}) =>
  run('blender', ['--background', '--factory-startup', ...args], { env: { ...process.env, ...env } })
