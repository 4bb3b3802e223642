import type { NewJob } from '@golem/api'
import { weiOf } from '../format/amounts.ts'

/** A file of this browser, or one on the daemon's machine by its path. */
export type Place = File | string

/** A program over many inputs, as a person chooses it. */
export type Program = {
  module: Place
  /** With spaces between them; in quotes where they hold some. */
  args: string
  of: 'typed' | 'file' | 'count'
  /** One input a line. */
  typed: string
  lines: Place
  count: string
  files: readonly File[]
  /** Of the results, in per cent, computed again here. */
  share: string
  budget: string
  deadlineHours: string
  isPrivate: boolean
  outDir: string
}

export const newProgram = (outDir: string): Program => ({
  module: '',
  args: '',
  of: 'typed',
  typed: '',
  lines: '',
  count: '',
  files: [],
  share: '10',
  budget: '',
  deadlineHours: '24',
  isPrivate: false,
  outDir,
})

const MOST_INPUTS = 100_000
const MOST_HOURS = 360 * 24
const HOUR_MS = 3_600_000

export const argumentsOf = (args: string): string[] =>
  [...args.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? '')

const isPlace = (place: Place): boolean => place instanceof File || place.trim().startsWith('/')

/** What keeps it from being ordered; none of it is a fault before something was typed. */
export function problemsOf(
  program: Program,
): Record<'module' | 'inputs' | 'share' | 'budget' | 'deadline' | 'out', boolean> {
  const { of, typed, lines, count, share, budget, deadlineHours, outDir } = program
  const number = Number(count)
  const inputs = {
    typed: typed.trim() !== '',
    file: isPlace(lines),
    count: Number.isInteger(number) && number >= 1 && number <= MOST_INPUTS,
  }
  const budgetWei = budget.trim() === '' ? null : weiOf(budget)
  return {
    module: !isPlace(program.module),
    inputs: !inputs[of],
    share: !(Number(share) > 0 && Number(share) <= 100),
    budget: budget.trim() !== '' && (budgetWei === null || budgetWei === '0'),
    deadline: !(Number(deadlineHours) > 0 && Number(deadlineHours) <= MOST_HOURS),
    out: !outDir.startsWith('/'),
  }
}

/** What has to be sent to the daemon first, each under a path of its own. */
export function filesOf({ module, of, typed, lines, files }: Program): { path: string; file: Blob }[] {
  const ended = typed.endsWith('\n') ? typed : `${typed}\n`
  return [
    ...(module instanceof File ? [{ path: 'module.wasm', file: module }] : []),
    ...(of === 'typed' ? [{ path: 'lines', file: new Blob([ended]) }] : []),
    ...(of === 'file' && lines instanceof File ? [{ path: 'lines', file: lines }] : []),
    ...files.map((file) => ({ path: `files/${file.name}`, file })),
  ]
}

/** The job; it waits for a word once its price is measured. @param paths of what was sent, where the daemon has it */
export function jobOf(program: Program, paths: ReadonlyMap<string, string>): NewJob {
  const { module, args, of, lines, count, files, share, budget, deadlineHours, isPrivate, outDir } = program
  const at = (path: string) => paths.get(path) ?? ''
  const wherever = (place: Place, path: string) => (place instanceof File ? at(path) : place.trim())
  const inputs =
    of === 'count' ? { count: Number(count) } : { lines: of === 'typed' ? at('lines') : wherever(lines, 'lines') }
  return {
    app: 'map',
    parameters: {
      module: wherever(module, 'module.wasm'),
      args: argumentsOf(args),
      ...inputs,
      ...(files.length === 0
        ? {}
        : { files: Object.fromEntries(files.map(({ name }) => [name, at(`files/${name}`)])) }),
      check: Number(share) / 100,
    },
    outDir,
    budgetWei: budget.trim() === '' ? null : weiOf(budget),
    deadlineMs: Math.round(Number(deadlineHours) * HOUR_MS),
    confirm: true,
    ...(isPrivate ? { isPrivate: true } : {}),
  }
}
