import { ask } from './ask.ts'
import type { Cli } from './cli.ts'

/** Shows what is about to be done, and asks; no where there is no terminal to ask at. */
export async function isAgreed({ io }: Pick<Cli, 'io'>, what: string): Promise<boolean> {
  if (!io.stdin.isTTY) return false
  const answer = (await ask(io, `${what}\nGo ahead? [y/N] `))?.trim().toLowerCase()
  return answer === 'y' || answer === 'yes'
}
