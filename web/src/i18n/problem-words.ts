import type { Problem } from '../api/problem-of.ts'
import { otherWords } from './start-i18n.ts'

/**
 * A problem in the reader's language. The daemon speaks English and says the details; in other languages the well-known
 * failures have words of their own, and the rest is shown as the daemon said it. A remedy that is known word for word fits
 * better than the one of its code.
 */
export function problemWords(problem: Problem, language: string): ProblemWords {
  const { said, problems } = otherWords(language)
  const known = problems[problem.code]
  const own = problem.remedy === undefined ? undefined : said(problem.remedy)
  const remedy = own !== problem.remedy ? own : (known?.remedy ?? own)
  return known === undefined
    ? { message: said(problem.message), remedy, detail: null }
    : { message: known.message, remedy, detail: said(problem.message) }
}

type ProblemWords = {
  message: string
  remedy: string | undefined
  /** As the daemon said it: names and figures. */
  detail: string | null
}
