import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { exampleJob } from '@golem/api/examples'
import { describe, expect, it } from 'vitest'
import { SOON, testHome } from '../test/test-home.ts'
import { testIo } from '../test/test-io.ts'
import { withDaemon } from '../test/with-daemon.ts'
import { run } from './run.ts'

const POSTED = {
  app: 'blender',
  parameters: {},
  outDir: '/tmp/out',
  budgetWei: null,
  deadlineMs: 1_000,
  confirm: false,
}

const at = testHome()

describe('jobs', () => {
  const on = withDaemon(at)
  const finished = { ...exampleJob, state: 'done', finishedAtMs: exampleJob.createdAtMs + 65_000 } as const
  const { id: _id, outDir: _outDir, ...end } = finished

  it('posts what the command line says', async () => {
    const argv = [
      'render',
      'scene.blend',
      '--frames',
      '1-4,9',
      '--frame-step',
      '2',
      '--tiles',
      '4x4',
      '--samples',
      '16',
    ]
    argv.push('--format', 'exr', '--movie', 'mp4', '--resolution', '50%', '--scene', 'S', '--camera', 'C')
    argv.push('--view-layer', 'V', '--denoise', 'off', '--out', 'frames', '--budget', '0.5', '--deadline', '10m')
    argv.push('--offer-timeout', '5s')
    const running = at.golem(argv)
    on.daemon.change(await on.watched('job-1'), { state: 'done' })
    expect((await running).exitCode).toBe(0)
    expect(on.daemon.posted).toEqual([
      {
        app: 'blender',
        parameters: {
          file: join(at.folder, 'scene.blend'),
          frames: '1-4,9',
          frameStep: 2,
          tiles: '4x4',
          samples: 16,
          format: 'exr',
          movie: 'mp4',
          resolution: '50%',
          scene: 'S',
          camera: 'C',
          viewLayer: 'V',
          denoise: 'off',
        },
        outDir: join(at.folder, 'frames'),
        budgetWei: '500000000000000000',
        deadlineMs: 600_000,
        confirm: false,
        offerTimeoutMs: 5_000,
      },
    ])
    expect(await readdir(join(at.folder, 'frames'))).toEqual([])
  })

  it('tells of a render in lines, and ends with who did what', async () => {
    const running = at.golem(['render', 'scene.blend'])
    on.daemon.change(await on.watched('job-1'), end)
    const { exitCode, out, err } = await running
    expect([exitCode, err]).toEqual([0, ''])
    expect(out).toMatch(/^job job-1: golem.blend, frames 1-4\n/)
    expect(out).toContain('rejected f0002-t1 of 0x3c44…93bc: 37 % of the pixels of a hidden crop differ.')
    expect(out).toMatch(/0x7099…79c8 │ 2 +│ 3 +│ 0 +│ 1 x 2 hidden crops, equal pixels │ 0.45 GLM/)
    expect(out).toContain('done: frames 1/4, tiles 3/8 in 1 min 5 s\ncost 0.45 of 2 GLM, gas 61000 (0.000021 ETH)')
    expect(out).toMatch(/files in .*golem-out\/scene-\d{8}-\d{6}\n {2}0001.png\n$/)
  })

  it('tells of a render in one document with --json', async () => {
    const running = at.golem(['render', 'scene.blend', '--json'], { terminal: true })
    on.daemon.change(await on.watched('job-1'), end)
    const { exitCode, out, err } = await running
    expect([exitCode, JSON.parse(out)]).toMatchObject([0, { id: 'job-1', state: 'done', outputs: ['0001.png'] }])
    expect(err).toContain('frames 1/4')
  })

  it('tells why a job failed, with exit code 1', async () => {
    const running = at.golem(['render', 'scene.blend'])
    const problem = { code: 'NO_PROVIDERS', message: 'No provider answered in 5 s.', remedy: 'Wait for one.' }
    on.daemon.change(await on.watched('job-1'), { state: 'failed', problem })
    expect(await running).toMatchObject({ exitCode: 1, err: 'golem: No provider answered in 5 s. Wait for one.\n' })
  })

  it.each([
    [['render', 'absent.blend'], /There is no file .*absent\.blend\. Check the path\./],
    [['render', '.'], /is no file that can be read/],
    [['render', 'scene.blend', '--out', 'scene.blend/out'], /Nothing can be written to the folder .*--out/],
    [['render', 'scene.blend', '--out', '/proc/golem'], /Nothing can be written to the folder \/proc\/golem/],
  ])('posts nothing for %j', async (argv, sentence) => {
    const { exitCode, err } = await at.golem(argv)
    expect([exitCode, on.daemon.posted]).toEqual([2, []])
    expect(err).toMatch(sentence)
  })

  it('takes what the daemon calls bad input for bad input', async () => {
    on.daemon.createJob = async () => {
      const { GolemError } = await import('@golem/protocol')
      throw new GolemError({ code: 'PARAMETERS_INVALID', message: '"9-1" is no frame range.', remedy: 'Write 1-9.' })
    }
    const { exitCode, err } = await at.golem(['render', 'scene.blend', '--frames', '9-1'])
    expect([exitCode, err]).toEqual([2, 'golem: "9-1" is no frame range. Write 1-9.\n'])
  })

  it('posts how results are to be checked', async () => {
    const running = at.golem(['render', 'scene.blend', '--check', 'crops=4'])
    on.daemon.change(await on.watched('job-1'), { state: 'done' })
    expect((await running).exitCode).toBe(0)
    expect(on.daemon.posted[0]?.check).toEqual({ kind: 'crops', crops: 4 })
  })

  it('has nothing checked only where that is said: by a flag, or typed at the terminal', async () => {
    const unsaid = await at.golem(['render', 'scene.blend', '--check', 'none'])
    expect([unsaid.exitCode, unsaid.err]).toEqual([1, expect.stringContaining('--take-unchecked')])
    const refused = testIo({ cwd: at.folder, terminal: true })
    refused.answer('Write "unchecked"', 'y')
    expect(await run(['--home', at.home, 'render', 'scene.blend', '--check', 'none'], refused)).toBe(1)
    expect(on.daemon.posted).toEqual([])
    const said = { kind: 'none', said: 'I take results that nobody checked.' }
    const flagged = at.golem(['render', 'scene.blend', '--check', 'none', '--take-unchecked'])
    on.daemon.change(await on.watched('job-1'), { state: 'done' })
    expect((await flagged).exitCode).toBe(0)
    const typed = testIo({ cwd: at.folder, terminal: true })
    typed.answer('Write "unchecked"', 'unchecked')
    const running = run(['--home', at.home, 'render', 'scene.blend', '--check', 'none', '--yes'], typed)
    on.daemon.change(await on.watched('job-2'), { state: 'done' })
    expect(await running).toBe(0)
    expect(on.daemon.posted.map(({ check }) => check)).toEqual([said, said])
  })

  it('only tells the price with --estimate, and makes no folder', async () => {
    const running = at.golem(['render', 'scene.blend', '--estimate'])
    on.daemon.change(await on.watched('job-1'), { state: 'confirming', estimateWei: exampleJob.estimateWei })
    const { exitCode, out } = await running
    expect([exitCode, out.endsWith('It would cost about 1.2 GLM.\n')]).toEqual([0, true])
    expect((await on.daemon.job('job-1')).state).toBe('cancelled')
    expect(await readdir(at.folder)).toEqual(['home', 'scene.blend'])
  })

  it.each([
    ['', null],
    ['y', null],
    ['3', '3000000000000000000'],
  ])('asks for the price on a terminal: %j starts', async (line, budgetWei) => {
    const io = testIo({ cwd: at.folder, terminal: true })
    const running = run(['--home', at.home, 'render', 'scene.blend'], io)
    io.answer('The estimate is 1.2 GLM. Start?', line)
    on.daemon.change(await on.watched('job-1'), { state: 'confirming', estimateWei: exampleJob.estimateWei })
    await expect.poll(() => on.daemon.job('job-1'), SOON).toMatchObject({ state: 'negotiating', budgetWei })
    on.daemon.change(await on.watched('job-1'), { ...end, budgetWei })
    expect(await running).toBe(0)
    expect(io.out()).toContain('is paid for a subtask after its check, and nothing before')
    expect(io.out()).toContain('████')
    expect(io.out().split('4 frames of 320 x 180')).toHaveLength(2)
  })

  it('starts nothing where the price is declined', async () => {
    const io = testIo({ cwd: at.folder, terminal: true })
    const running = run(['--home', at.home, 'render', 'scene.blend'], io)
    io.answer('Start?', 'n')
    on.daemon.change(await on.watched('job-1'), { state: 'confirming', estimateWei: exampleJob.estimateWei })
    expect(await running).toBe(1)
    expect((await on.daemon.job('job-1')).state).toBe('cancelled')
    expect(io.out()).toContain('Not started; nothing was spent.')
  })

  it.each([['--yes'], ['--budget=2']])('does not ask with %s', async (flag) => {
    const running = at.golem(['render', 'scene.blend', flag], { terminal: true })
    on.daemon.change(await on.watched('job-1'), { state: 'done' })
    expect((await running).exitCode).toBe(0)
    expect(on.daemon.posted[0]?.confirm).toBe(false)
  })

  it('stops the job cleanly at the first Ctrl-C', async () => {
    const io = testIo({ cwd: at.folder })
    const running = run(['--home', at.home, 'render', 'scene.blend', '--out', 'kept'], io)
    on.daemon.change(await on.watched('job-1'), { state: 'running', groups: { total: 4, done: 2 } })
    io.interrupt()
    expect(await running).toBe(1)
    expect((await on.daemon.job('job-1')).state).toBe('cancelled')
    expect(io.out()).toContain(`Stopping. What is finished is kept in ${at.folder}/kept.`)
    expect(io.err()).toContain('`golem job job-1 resume` goes on')
  })

  it('leaves at the second Ctrl-C', async () => {
    const io = testIo({ cwd: at.folder })
    on.daemon.cancelJob = (id) => on.daemon.job(id) // takes its time to stop
    const running = run(['--home', at.home, 'render', 'scene.blend'], io)
    await on.watched('job-1')
    io.interrupt()
    io.interrupt()
    expect(await running).toBe(1)
    expect(io.err()).toBe('golem: Job job-1 is left as it is. `golem job job-1` shows what became of it.\n')
  })

  it('watches, cancels and resumes a job', async () => {
    expect((await at.golem(['jobs'])).out).toContain('No jobs yet')
    const { id } = await on.daemon.createJob(POSTED)
    expect((await at.golem(['jobs'])).out).toMatch(
      new RegExp(`^${id} +examining +- +0 GLM +golem.blend, frames 1-4$`, 'm'),
    )
    expect((await at.golem(['job', id])).out).toMatch(/^examining\ncost/)
    expect((await at.golem(['job', id, 'cancel'])).out).toContain('kept in /tmp/out')
    expect(await at.golem(['job', id])).toMatchObject({
      exitCode: 0,
      err: expect.stringContaining('The job was stopped. Nothing was finished.'),
    })
    expect(await at.golem(['job', id, 'cancel'])).toMatchObject({
      exitCode: 0,
      out: `Job ${id} had ended already: it is cancelled.\n`,
    })
    expect((await at.golem(['job', id, 'resume', '--deadline', '2h', '--budget', '3'])).exitCode).toBe(0)
    expect(on.daemon.resumed).toEqual([{ budgetWei: '3000000000000000000', deadlineMs: 7_200_000 }])
    on.daemon.change(id, { waiting: 'no provider has offered yet' })
    expect((await at.golem(['jobs'])).out).toMatch(/waiting: no provider has offered yet$/m)
    const watching = at.golem(['job', id], { terminal: true })
    on.daemon.change(await on.watched(id), { state: 'done' })
    expect(await watching).toMatchObject({ exitCode: 0, out: expect.stringContaining('done\ncost 0 of 3 GLM') })
    expect(await at.golem(['job', 'nope'])).toMatchObject({ exitCode: 1, err: expect.stringContaining('no job nope') })
  })

  it('pauses a job, changes its budget, and has a result computed again', async () => {
    const { id } = await on.daemon.createJob(POSTED)
    const results = [{ id: 'frame-1', label: 'frame 1', count: 1, files: ['0001.png'], redone: 0 }]
    on.daemon.change(id, { state: 'running', results })
    expect((await at.golem(['job', id, 'pause'])).out).toContain(`Job ${id} is paused`)
    expect((await at.golem(['jobs'])).out).toMatch(/ paused /)
    expect((await at.golem(['job', id, 'resume'])).exitCode).toBe(0)
    expect((await at.golem(['job', id, 'budget', '--budget', '4'])).out).toBe(`Job ${id} may spend 4 GLM in all.\n`)
    expect(await at.golem(['job', id, 'budget'])).toMatchObject({
      exitCode: 2,
      err: expect.stringContaining('This needs --budget GLM.'),
    })
    expect((await at.golem(['job', id, 'redo', '--group', 'frame-1'])).out).toContain('frame-1 of job')
    expect((await on.daemon.job(id)).results).toMatchObject([{ files: [], redone: 1 }])
    expect(await at.golem(['job', id, 'redo', '--group', 'frame-9'])).toMatchObject({ exitCode: 1 })
    expect(await at.golem(['job', id, 'redo'])).toMatchObject({
      exitCode: 2,
      err: expect.stringContaining('This needs --group ID.'),
    })
  })

  it.each([[[]], [['watch']]])('ends as the job does that it watches: %j', async (act) => {
    const problem = { code: 'NO_PROVIDERS', message: 'No provider answered in 5 s.' }
    const { id } = await on.daemon.createJob(POSTED)
    const watching = at.golem(['job', id, ...act], { terminal: true })
    on.daemon.change(await on.watched(id), { state: 'failed', problem })
    expect(await watching).toMatchObject({ exitCode: 1, err: expect.stringContaining('No provider answered') })
    // Over already: to watch it is to wait for an end that came, and to show it is only to look.
    expect((await at.golem(['job', id, 'watch'])).exitCode).toBe(1)
    expect((await at.golem(['job', id], { terminal: true })).exitCode).toBe(0)
    expect((await at.golem(['jobs'])).out).toMatch(/failed .* No provider answered in 5 s\.$/m)
  })

  it('draws nothing on a terminal without columns, and tells in lines instead', async () => {
    const { id } = await on.daemon.createJob(POSTED)
    const io = testIo({ cwd: at.folder, terminal: true })
    io.stdout.columns = 0
    const watching = run(['--home', at.home, 'job', id], io)
    on.daemon.change(await on.watched(id), { state: 'done' })
    expect(await watching).toBe(0)
    expect(io.out()).toMatch(/^job job-1: golem.blend, frames 1-4\n/)
    expect(io.out()).not.toContain('\u001b')
  })

  it("tells what the daemon found wrong in the command line's own words", async () => {
    const { GolemError } = await import('@golem/protocol')
    const refused = async (code: string, message: string, remedy: string) => {
      on.daemon.createJob = async () => {
        throw new GolemError({ code, message, remedy })
      }
      return (await at.golem(['render', 'scene.blend'])).err
    }
    const api = 'GET /openapi.json describes what is expected.'
    expect(await refused('INPUT_INVALID', '"deadlineMs" is not understood: too far.', api)).toBe(
      'golem: --deadline is not understood: too far. See `--help` of the command.\n',
    )
    expect(await refused('PARAMETERS_INVALID', 'frameStep: is at most 10,000.', 'See `--help`.')).toBe(
      'golem: --frame-step: is at most 10,000. See `--help` of the command.\n',
    )
  })

  it('leaves a job alone that is only watched', async () => {
    const running = at.golem(['render', 'scene.blend'])
    await on.watched('job-1')
    const io = testIo({ cwd: at.folder })
    const watching = run(['--home', at.home, 'job', 'job-1', 'watch'], io)
    await expect.poll(() => on.daemon.watchers, SOON).toBe(2)
    io.interrupt()
    expect(await watching).toBe(1)
    expect(io.err()).toContain('goes on without being watched')
    expect((await on.daemon.job('job-1')).state).toBe('examining')
    on.daemon.change('job-1', { state: 'done' })
    expect((await running).exitCode).toBe(0)
  })

  it('sends nothing to a terminal that would steer it', async () => {
    const running = at.golem(['render', 'scene.blend'])
    const evil = {
      subtask: 'a',
      provider: '0x1',
      code: 'X',
      message: 'see\u001b]0;owned\u0007 this\n\u202Ethat',
      atMs: 1,
    }
    on.daemon.change(await on.watched('job-1'), { state: 'done', rejections: [evil] })
    expect((await running).out).toContain('rejected a of 0x1: see ]0;owned  this that\n')
  })
})
