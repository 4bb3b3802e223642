import { type AppContext, AppError, type Json, type Part } from '@golem/sdk'
import { runAnswer } from './run-params.ts'

/** A program is asked with less than a line of 1 MiB. */
const MAX_TEXT_CHARACTERS = 200_000
const DIGITS = 6

type Context = Pick<AppContext, 'make'>

/**
 * Writes a group's results: `results-000000-000199.jsonl` with a line for each input in order, and what the runs left as
 * files in `files/NUMBER/`.
 */
export async function merge(context: Context, { parts }: { parts: Part[] }): Promise<{ files: string[] }> {
  const files: string[] = []
  const ordered = [...parts].sort((a, b) => numberOf(a) - numberOf(b))
  for (const piece of pieces(ordered)) {
    const name = `results-${padded(piece[0])}-${padded(piece.at(-1))}.jsonl`
    const stored = await context.make('run', { args: ['store', name], stdin: piece.map(({ text }) => text).join('') })
    files.push(...made(stored))
  }
  for (const part of ordered) {
    if (part.folder === null) continue
    const copied = await context.make('run', { args: ['copy', part.folder, `files/${numberOf(part)}`] })
    files.push(...made(copied))
  }
  return { files }
}

function made({ result, files }: { result: Json; files: string[] }): string[] {
  if (runAnswer.parse(result).exitCode === 0) return files
  throw new AppError({
    code: 'RESULTS_UNWRITTEN',
    message: 'The results could not be written.',
    remedy: 'They are larger than the application may write at once: give it fewer inputs in a job.',
  })
}

type Line = { number: number; text: string }

/** Lines in as few pieces as can be asked for. */
function pieces(parts: readonly Part[]): Line[][] {
  const found: Line[][] = []
  let length = Number.POSITIVE_INFINITY
  for (const part of parts) {
    const text = `${JSON.stringify({ input: numberOf(part), ...runAnswer.parse(part.result) })}\n`
    length += text.length
    if (length > MAX_TEXT_CHARACTERS) {
      found.push([])
      length = text.length
    }
    found.at(-1)?.push({ number: numberOf(part), text })
  }
  return found
}

const numberOf = ({ subtask }: Part): number => Number(subtask.id)
const padded = (line: Line | undefined): string => `${line?.number ?? 0}`.padStart(DIGITS, '0')
