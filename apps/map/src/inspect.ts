import { type AppContext, AppError, type InputFile, type LaidInput, type Problem } from '@golem/sdk'
import { LINES_NAME, MODULE_NAME, type Parameters } from './parameters.ts'
import { runAnswer } from './run-params.ts'

/** How many inputs there are. */
export type Inspection = { count: number }

export const inputs = ({ module, lines, files }: Parameters): InputFile[] => [
  { path: module, as: MODULE_NAME },
  ...(lines === undefined ? [] : [{ path: lines, as: LINES_NAME }]),
  ...Object.entries(files).map(([as, path]) => ({ path, as })),
]

const MAX_COUNT = 100_000

export async function inspect(
  context: Pick<AppContext, 'call'>,
  { parameters, inputs: laid }: { parameters: Parameters; inputs: LaidInput[] },
): Promise<{ inspection: Inspection; needs: InputFile[]; problems: Problem[]; summary: string[] }> {
  const missing = laid.filter(({ present }) => !present).map(({ path }) => missingFile(path))
  if (missing.length > 0) return { inspection: { count: 0 }, needs: [], problems: missing, summary: [] }
  const count = parameters.count ?? (await countLines(context))
  const problems = count === 0 || count > MAX_COUNT ? [wrongCount(count)] : []
  return { inspection: { count }, needs: [], problems, summary: [`${count} ${count === 1 ? 'input' : 'inputs'}`] }
}

async function countLines(context: Pick<AppContext, 'call'>): Promise<number> {
  const { exitCode, stdout } = runAnswer.parse(await context.call('run', { args: ['count', `/in/${LINES_NAME}`] }))
  if (exitCode !== 0)
    throw new AppError({
      code: 'LINES_UNREADABLE',
      message: 'The file of lines cannot be read.',
      remedy: 'Name a text file in UTF-8 with an input on each line.',
    })
  return Number(stdout)
}

const missingFile = (path: string): Problem => ({
  code: 'FILE_MISSING',
  message: `There is no readable file ${path}.`,
  remedy: 'Name it with its whole path.',
})

const wrongCount = (count: number): Problem => ({
  code: 'INPUTS_COUNT',
  message: `There are ${count} inputs; a job has between 1 and ${MAX_COUNT}.`,
  remedy: count === 0 ? 'Write one input in each line.' : 'Put several inputs into one line, or make several jobs.',
})
