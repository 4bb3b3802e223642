import { expect, it } from 'vitest'
import { argumentsOf, filesOf, jobOf, newProgram, type Program, problemsOf } from './program.ts'

const module = new File(['\0asm'], 'sum.wasm')
const program: Program = { ...newProgram('/out'), module, args: 'add --name "Ada L"', typed: 'a\nb' }
const paths = new Map([
  ['module.wasm', '/up/module.wasm'],
  ['lines', '/up/lines'],
  ['files/data', '/up/files/data'],
])

it('sends what the browser has, and names the rest by its path', async () => {
  const sent = filesOf({ ...program, files: [new File(['x'], 'data')] })
  expect(sent.map(({ path }) => path)).toEqual(['module.wasm', 'lines', 'files/data'])
  expect(await sent[1]?.file.text()).toBe('a\nb\n')
  expect(filesOf({ ...program, module: '/there/m.wasm', of: 'count', count: '3' })).toEqual([])
})

it('orders a job that waits for a word, with each input a line or a number', () => {
  expect(jobOf({ ...program, files: [new File(['x'], 'data')], budget: '2', isPrivate: true }, paths)).toEqual({
    app: 'map',
    parameters: {
      module: '/up/module.wasm',
      args: ['add', '--name', 'Ada L'],
      lines: '/up/lines',
      files: { data: '/up/files/data' },
      check: 0.1,
    },
    outDir: '/out',
    budgetWei: '2000000000000000000',
    deadlineMs: 86_400_000,
    confirm: true,
    isPrivate: true,
  })
  const counted = jobOf({ ...program, module: '/m.wasm', of: 'count', count: '7' }, new Map())
  expect(counted.parameters).toMatchObject({ module: '/m.wasm', count: 7 })
  expect(counted.parameters).not.toHaveProperty('lines')
  expect(argumentsOf('  ')).toEqual([])
})

it('says what is missing', () => {
  const wrong = (change: Partial<Program>) =>
    Object.entries(problemsOf({ ...program, ...change })).flatMap(([name, is]) => (is ? [name] : []))
  expect(wrong({})).toEqual([])
  expect(wrong({ module: 'm.wasm', typed: ' ', share: '0' })).toEqual(['module', 'inputs', 'share'])
  expect(wrong({ of: 'count', count: '100001' })).toEqual(['inputs'])
  expect(wrong({ budget: '0', deadlineHours: '0', outDir: 'here' })).toEqual(['budget', 'deadline', 'out'])
})
