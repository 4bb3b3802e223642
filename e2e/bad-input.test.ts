import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { JobDetail, Status } from '@golem/api'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { differingValues } from './src/compare-pictures.ts'
import { type CliRun, type GolemNode, golemNode } from './src/golem-node.ts'
import { fixture } from './src/make-scenes.ts'
import { renderAlone } from './src/render-alone.ts'
import { type Grid, startGrid } from './src/start-grid.ts'
import { startRelay } from './src/start-relay.ts'
import { until } from './src/until.ts'
import { walletOf } from './src/wallet-of.ts'

let grid: Grid
let text: string
let empty: string
beforeAll(async () => {
  grid = await startGrid({ providers: 1 })
  text = join(grid.folder, 'letter.blend')
  empty = join(grid.folder, 'empty.blend')
  await writeFile(text, 'Dear reader')
  await writeFile(empty, '')
})
afterAll(() => grid?.stop())

const render = (node: GolemNode, file: string, args: readonly string[]) =>
  node.golem(['render', file, '--yes', ...(args.includes('--out') ? [] : ['--out', join(grid.folder, 'out')]), ...args])

/** One line that says what is wrong and what to do, and nothing of where in the code. */
function expectSentence({ code, stdout, stderr }: CliRun, ...says: RegExp[]): void {
  expect([1, 2]).toContain(code)
  const complaints = stderr.split('\n').filter((line) => line.startsWith('golem: '))
  expect(complaints, stderr).toHaveLength(1)
  for (const part of says) expect(complaints[0]).toMatch(part)
  expect(stdout + stderr).not.toMatch(/^\s+at .*(:\d+:\d+|node:)/m)
  expect(stdout + stderr).not.toMatch(/Traceback|undefined|\[object/)
  // A job that never began is not to be resumed.
  expect(stderr).not.toMatch(/resume/)
}

/** Refused with one sentence, and no token moved. */
async function expectRefused(file: string, args: readonly string[], ...says: RegExp[]): Promise<CliRun> {
  const before = await walletOf(grid.requestor)
  const run = await render(grid.requestor, file, args)
  expectSentence(run, ...says)
  expect(await walletOf(grid.requestor)).toEqual(before)
  return run
}

describe('a file that cannot be rendered', () => {
  it('is missing', () => expectRefused('/nowhere/scene.blend', [], /There is no file \/nowhere\/scene\.blend/, /path/))
  it('is a folder', () => expectRefused('/tmp', [], /no file that can be read/, /path/))
  it('is no .blend', () => expectRefused(text, [], /letter\.blend is not a Blender file/, /give a \.blend/))
  it('is empty', () => expectRefused(empty, [], /empty\.blend is empty/, /save it again/))
  it('is cut off', () => expectRefused(fixture('truncated'), [], /is cut off or damaged/, /save or copy it again/))
  it('was saved by a newer Blender', () => expectRefused(fixture('newer'), [], /saved by Blender 4\.2/, /3\.4/))
  it('has no camera', () => expectRefused(fixture('no-camera'), [], /camera/))
  it('wants another engine', () => expectRefused(fixture('eevee'), [], /Cycles/))
  it('misses a texture', () =>
    expectRefused(fixture('missing-texture'), [], /textures\/lost\.png/, /Find Missing Files|pack/))
  it('holds an unbaked simulation', () =>
    expectRefused(fixture('unbaked-cloth'), [], /cloth .*"Curtain" is not baked/, /Bake it/))

  it('wants denoising: `--denoise off` is offered, and works', async () => {
    const file = fixture('denoised')
    await expectRefused(file, ['--frames', '2'], /denois/i, /--denoise off/)
    const folder = join(grid.folder, 'denoised')
    const alone = await renderAlone(file, [2], {
      folder: join(grid.folder, 'alone'),
      change: 'scene.cycles.use_denoising = False',
    })
    await grid.requestor.json<JobDetail>([
      'render',
      file,
      '--frames',
      '2',
      '--denoise',
      'off',
      '--yes',
      '--out',
      folder,
    ])
    expect(await differingValues(join(folder, '0002.png'), join(alone, '0002.png'))).toBe(0)
    const [provider] = grid.providers as [GolemNode]
    await until('its payment redeemed', async () => (await walletOf(provider)).owedToMeWei === '0')
  })
})

describe('a wish that makes no sense', () => {
  const tiny = fixture('tiny')
  it.each(['5-1', 'abc', '0-', '1-', '-1', '-3-4', '', '1-9999999', '1-999999', '1,,2'])('frames %j', async (range) => {
    await expectRefused(tiny, [`--frames=${range}`], /frame/i, /1-24/)
  })
  it.each(['0x2', 'many', '2x'])('tiles %j', async (tiles) => {
    await expectRefused(tiny, ['--tiles', tiles], /tiles/, /4x4/)
  })
  it('an unknown scene', () => expectRefused(tiny, ['--scene', 'Nope'], /no scene "Nope"/, /--scene: "Scene"/))
  it('an unknown camera', () => expectRefused(tiny, ['--camera', 'Nope'], /no camera "Nope"/, /--camera/))
  it('an unknown view layer', () => expectRefused(tiny, ['--view-layer', 'No'], /no view layer "No"/, /"ViewLayer"/))
  it('a movie of uneven frames', () =>
    expectRefused(tiny, ['--movie', 'mp4', '--frames', '1,2,4'], /even steps/, /--frames 1-24/))
  it('a movie in a size that its codec has not', () =>
    expectRefused(tiny, ['--movie', 'mp4', '--resolution', '63x64'], /cannot write mp4 at 63x64/, /--resolution 64x64/))
  it('a frame without pixels', () => expectRefused(tiny, ['--resolution', '1%'], /0x0 pixels/, /--resolution/))
  it('an unknown format', () => expectRefused(tiny, ['--format', 'gif'], /gif|format/))
  it('no samples', () => expectRefused(tiny, ['--samples', '0'], /samples/))
  it('a folder that cannot be made', () =>
    expectRefused(tiny, ['--out', join(text, 'out')], /Nothing can be written/, /--out/))
  it('a folder that cannot be written', () =>
    expectRefused(tiny, ['--out', '/proc/golem'], /Nothing can be written/, /--out/))
  it('a budget that cannot pay one frame', () =>
    expectRefused(
      tiny,
      ['--frames', '1', '--budget', '0.000000000001'],
      /budget of 0\.000000000001 GLM cannot pay frame 1/,
      /raise --budget/,
    ))
  it('a budget that is no amount', () => expectRefused(tiny, ['--budget', 'much'], /much/))
  it('a deadline that is no time', () => expectRefused(tiny, ['--deadline', 'soon'], /soon/, /10m/))
})

describe('a world that is not there', () => {
  it('no daemon', async () => {
    const nobody = golemNode(join(grid.folder, 'nobody'), { upArgs: [] })
    expectSentence(await render(nobody, fixture('tiny'), []), /daemon/, /golem up/)
  })

  it('no chain at all', async () => {
    const { settlement } = await chainFile()
    const args = [
      'up',
      '--rpc-url',
      'http://127.0.0.1:1',
      '--token',
      settlement.token,
      '--payments',
      settlement.payments,
    ]
    const unchained = golemNode(join(grid.folder, 'unchained'), { upArgs: [] })
    expectSentence(await unchained.golem(args), /127\.0\.0\.1:1/, /chain|--rpc-url/)
    expect(await unchained.pid()).toBeNull()
  })

  it('no money, and then a chain that stops to answer', async () => {
    const { settlement, rpcUrl } = await chainFile()
    const relay = await startRelay(Number(new URL(rpcUrl).port))
    const [provider] = grid.providers as [GolemNode]
    const { addresses } = await provider.json<Status>(['status'])
    const poor = golemNode(join(grid.folder, 'poor'), {
      upArgs: [
        ...['--rpc-url', `http://127.0.0.1:${relay.port}`, '--token', settlement.token],
        ...['--payments', settlement.payments, '--no-mdns', '--listen', '/ip4/127.0.0.1/tcp/0'],
        ...addresses.flatMap((address) => ['--bootstrap', address]),
      ],
    })
    try {
      await poor.up()
      expectSentence(await render(poor, fixture('tiny'), ['--frames', '1']), /needs .* GLM/, /Send GLM/)
      await relay.cut()
      expectSentence(await render(poor, fixture('tiny'), ['--frames', '1']), /chain/, /chain|--rpc-url/)
    } finally {
      await poor.down()
      await poor.kill()
      await relay.cut()
    }
  })

  it('no provider in sight, which is what the job says it waits for', async () => {
    const [provider] = grid.providers as [GolemNode]
    await provider.down()
    const args = ['--frames', '1', '--offer-timeout', '2s']
    const { stdout } = await expectRefused(fixture('tiny'), args, /No provider offers/, /golem up/)
    expect(stdout).toMatch(/^waiting: no provider has offered/m)
  })
})

async function chainFile(): Promise<{ rpcUrl: string; settlement: { token: string; payments: string } }> {
  return JSON.parse(await readFile(join(grid.folder, 'chain', 'chain.json'), 'utf8'))
}
