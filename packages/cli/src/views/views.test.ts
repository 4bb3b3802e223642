import type { Job, Status } from '@golem/api'
import { exampleJob, exampleStatus } from '@golem/api/examples'
import pico from 'picocolors'
import { describe, expect, it } from 'vitest'
import { checksText } from '../cmds/doctor/handler.ts'
import { riskWords } from '../cmds/render/accept-price.ts'
import { statusText } from '../cmds/status/handler.ts'
import { align } from './align.ts'
import { changeLines } from './change-lines.ts'
import { endProblem } from './end-problem.ts'
import { gas, glm } from './format-amounts.ts'
import { formatDuration } from './format-duration.ts'
import { jobReport } from './job-report.ts'
import { progressLines } from './progress-lines.ts'

const colors = pico.createColors(false)
const lines = (job: Job, columns = 100) => progressLines(job, { columns, colors })

describe('progress', () => {
  it('tells what is done, what it costs, and what each provider does', () => {
    expect(lines(exampleJob)).toEqual([
      'golem.blend, frames 1-4 running',
      '█████████░░░░░░░░░░░░░░░ frames 1/4, tiles 3/8, 45 s left',
      'cost 0.45 of 2 GLM (estimate 1.2 GLM), 1 rejected',
      '  0x7099…79c8  2 cores  working   frame 2, tile 2 of 2 (42 %)',
      '  0x3c44…93bc  1 core   excluded  a wrong picture: not used again',
    ])
  })

  it('tells why a job waits, as long as it has not ended', () => {
    const waiting = 'no provider has answered yet'
    expect(lines({ ...exampleJob, waiting })).toContain(`waiting: ${waiting}`)
    expect(lines({ ...exampleJob, waiting, state: 'failed' }).join('\n')).not.toContain('waiting')
  })

  it('shows no bar before the work is cut, and no tiles where frames are whole', () => {
    const none = { total: 0, accepted: 0, running: 0, rejected: 0 }
    expect(lines({ ...exampleJob, subtasks: none, groups: { total: 0, done: 0 } })[1]).toMatch(/^cost/)
    expect(lines({ ...exampleJob, subtasks: { ...none, total: 4, accepted: 1 } })[1]).toMatch(
      / frames 1\/4, 45 s left$/,
    )
  })

  it("speaks in the application's own words, whatever it is", () => {
    const words = { result: ['row', 'rows'], subtask: ['batch', 'batches'] } as Job['words']
    expect(lines({ ...exampleJob, app: 'sweep', words })[1]).toContain('rows 1/4, batches 3/8')
    expect(lines({ ...exampleJob, words, groups: { total: 1, done: 0 } })[1]).toContain('row 0/1, batches 3/8')
  })

  it('fits the terminal, however much there is to tell', () => {
    const providers = Array.from(
      { length: 40 },
      () => ({ ...exampleJob.providers[0], doing: 'x'.repeat(200) }) as never,
    )
    const shown = lines({ ...exampleJob, providers, title: 'y'.repeat(90) }, 60)
    expect(Math.max(...shown.slice(1).map((line) => line.length))).toBe(60)
    expect(shown).toHaveLength(16)
    expect(shown.at(-1)).toBe('  and 28 more providers')
  })
})

describe('changes', () => {
  it('says everything once', () => {
    expect(changeLines(exampleJob, exampleJob)).toEqual([])
    expect(changeLines(null, exampleJob)).toContain('job 7f3a9c21: golem.blend, frames 1-4')
  })

  it('says when a provider falls silent, and not when it goes on', () => {
    const [first, second] = exampleJob.providers
    if (!first || !second) throw new Error('the example has two providers')
    const silent: Job = {
      ...exampleJob,
      providers: [{ ...first, state: 'silent', doing: 'no heartbeat for 5 s' }, second],
    }
    expect(changeLines(exampleJob, silent)).toEqual(['provider 0x7099…79c8: silent, no heartbeat for 5 s'])
    expect(changeLines(silent, exampleJob)).toEqual([])
  })

  it('says what failed and by which limit, once', () => {
    const before: Job = { ...exampleJob, failures: [] }
    const line =
      'failed f0003-t2 at 0x3c44…93bc: The program was ended at a limit: memoryBytes, 4 GiB allowed, 4 GiB used.'
    expect(changeLines(before, exampleJob)).toEqual([line])
    expect(jobReport(exampleJob)).toContain(line)
    expect(statusText(exampleStatus)).toContain(
      'failed: blender 3.4.1 for 0x3c44…93bc: The program was ended at a limit',
    )
  })

  it('says a frame when it is done', () => {
    const next: Job = { ...exampleJob, groups: { total: 4, done: 2 }, waiting: 'a provider is slow' }
    expect(changeLines(exampleJob, next)).toEqual([
      'waiting: a provider is slow',
      'frames 2/4, tiles 3/8, cost 0.45 of 2 GLM, 45 s left',
    ])
  })

  it('says the end last', () => {
    const end: Job = { ...exampleJob, state: 'done', groups: { total: 4, done: 4 } }
    expect(changeLines(exampleJob, end)).toEqual(['frames 4/4, tiles 3/8, cost 0.45 of 2 GLM', 'done'])
  })
})

describe('an end', () => {
  it('lists the first files and counts the others', () => {
    const outputs = Array.from({ length: 24 }, (_, i) => `${String(i + 1).padStart(4, '0')}.png`)
    const report = jobReport({ ...exampleJob, outputs })
    expect(report).toContain('  0008.png\n  and 16 more')
  })

  it('counts each way of checking, whatever it found in one place', () => {
    const [part] = exampleJob.list
    if (!part) throw new Error('the example has subtasks')
    const others = ['rendered again whole', 'alike (1.2 % differ)', 'alike (0.7 % differ)']
    const list = [part, { ...part, id: 'b' }, ...others.map((checked, i) => ({ ...part, id: `c${i}`, checked }))]
    expect(jobReport({ ...exampleJob, list })).toMatch(
      /2 x 2 hidden crops, equal pixels.*\n.*1 x rendered again whole.*\n.*2 x alike +│/,
    )
  })

  it('tells of a job that runs why it waits, how long it takes, who does what, and what was rejected', () => {
    const report = jobReport({ ...exampleJob, waiting: 'money is being locked' })
    expect(report).toContain('running: frames 1/4, tiles 3/8, 45 s left\nwaiting: money is being locked\n')
    expect(report).toMatch(/0x7099…79c8 .* working: frame 2, tile 2 of 2 \(42 %\)/)
    expect(report).toContain('\nrejected f0002-t1 of 0x3c44…93bc: 37 % of the pixels of a hidden crop differ.\n')
    const over = jobReport({ ...exampleJob, state: 'done', waiting: 'money is being locked' })
    expect(over).not.toMatch(/waiting|working|left/)
  })

  it('is a problem unless the job is done', () => {
    expect(endProblem({ ...exampleJob, state: 'done' })).toBeNull()
    expect(endProblem({ ...exampleJob, state: 'cancelled' })?.sentence).toBe(
      'The job was stopped. What was finished is kept in /home/ada/golem-out/golem. ' +
        '`golem job 7f3a9c21 resume` goes on; nothing accepted is computed again.',
    )
    const problem = { code: 'BUDGET_SPENT', message: 'The budget is spent.' }
    expect(endProblem({ ...exampleJob, state: 'failed', problem })?.sentence).toMatch(/^The budget is spent. .*resume/)
    const subtasks = { total: 0, accepted: 0, running: 0, rejected: 0 }
    expect(endProblem({ ...exampleJob, state: 'failed', problem, subtasks })?.sentence).toBe('The budget is spent.')
  })
})

it('tells a status', () => {
  expect(statusText(exampleStatus).split('\n')).toEqual(
    expect.arrayContaining([
      'daemon    version 0.1.0, pid 4242, up 1 min 33 s',
      'apps      blender 0.1.0, blender 3.4.1',
      'provider  working: renders for 1 requestor',
      '          2 cores at 0.1 GLM per core-hour, speed 1.1',
      '          blender 3.4.1 for 0x3c44…93bc: 1 running, 3 accepted, 0.45 GLM',
      '          at risk: a new requestor can leave 0.002 GLM or one subtask unpaid, one with as much to lose 0.22 GLM',
      'rejected  subtask 3 of blender 3.4.1: 12 % of the pixels differ., by 0x3c44…93bc',
      '          check it again: golem trust rerun bafkreigh2akiscaildcqabsyg3dfr6chu3fgpregiymsck7e7aqa4s52zy',
      'jobs      1 running of 2',
    ]),
  )
})

it('tells in a status what this node rejected, and why another one’s rejection does not convince', () => {
  const about = { peer: exampleStatus.address, verdict: null, atMs: 0 }
  const rejections: Status['rejections'] = [
    { ...about, by: 'self', what: '2 subtasks', doubt: null },
    { ...about, by: 'peer', what: 'subtask 3', doubt: 'It named no evidence.' },
  ]
  const lines = statusText({ ...exampleStatus, rejections })
  expect(lines).toMatch(/rejected {2}2 subtasks, of \S+, by this node\n/)
  expect(lines).toMatch(/rejected {2}subtask 3, by \S+ \(does not convince: It named no evidence\.\)\njobs/)
})

it('tells before a job what could be lost to a provider', () => {
  expect(riskWords({ paidBeforeWei: '0' })).toBe(
    'A provider is paid for a subtask after its check, and nothing before.',
  )
  expect(riskWords({ paidBeforeWei: '1500000000000000000' })).toMatch(/could run away with 1\.5 GLM at most\.$/)
})

it('tells in a status what keeps money from moving, and what to do', () => {
  const troubles = [
    { code: 'CHAIN_UNREACHABLE', message: 'The chain does not answer.', remedy: 'See whether it runs.' },
    { code: 'VOUCHER_UNPAID', message: 'Of 2 GLM, 1 were paid.' },
  ]
  expect(statusText({ ...exampleStatus, troubles })).toMatch(
    /trouble {3}The chain does not answer.\n {10}See whether it runs.\ntrouble {3}Of 2 GLM, 1 were paid.$/,
  )
})

it('gives remedies for what fails, and only for that', () => {
  const checks = [
    { name: 'a', ok: true, detail: 'is there', remedy: 'never shown' },
    { name: 'b', ok: false, detail: 'is missing', remedy: 'install it' },
  ]
  expect(checksText(checks)).toBe('ok    a: is there\nFAIL  b: is missing\n      install it')
})

it.each([
  [0, '0 s'],
  [59_400, '59 s'],
  [59_600, '1 min 0 s'],
  [3_599_000, '59 min 59 s'],
  [3_600_000, '1 h 0 min'],
  [90_000_000, '1 d 1 h'],
  [-5, '0 s'],
])('writes %i ms as %s', (ms, text) => {
  expect(formatDuration(ms)).toBe(text)
})

it('writes amounts in the unit that people know', () => {
  expect([glm('450000000000000000'), gas('21000000000000')]).toEqual(['0.45 GLM', '0.000021 ETH'])
})

it('aligns columns', () => {
  expect(
    align([
      ['a', 'bb', 'c'],
      ['aaa', 'b', 'cc'],
    ]),
  ).toBe('a    bb  c\naaa  b   cc')
})
