import type { JobCheck } from '@golem/api'
import { TAKES_UNCHECKED } from '@golem/api/client'
import { GolemError } from '@golem/protocol/errors'
import type { AskedCheck } from './arguments/check.ts'
import { ask } from './ask.ts'
import type { Cli } from './cli.ts'

/**
 * What is posted for a way of checking. That nothing is checked has to be said in words: at the terminal, or by a flag.
 *
 * @throws {GolemError} `CHECK_NOT_SAID`
 */
export async function sayCheck(
  { io, json }: Pick<Cli, 'io' | 'json'>,
  asked: AskedCheck,
  isSaid: boolean,
): Promise<JobCheck> {
  if (asked.kind !== 'none') return asked
  const said = isSaid || (!json && io.stdin.isTTY === true && (await isTyped(io)))
  if (!said) {
    throw new GolemError({
      code: 'CHECK_NOT_SAID',
      message: 'Nothing would be checked, and whatever comes would be paid: that has to be said in words.',
      remedy: 'Leave --check out, or add --take-unchecked.',
    })
  }
  return { kind: 'none', said: TAKES_UNCHECKED }
}

async function isTyped(io: Cli['io']): Promise<boolean> {
  io.stdout.write('Nothing that providers deliver will be checked, right or wrong, and all of it is paid.\n')
  const answer = await ask(io, 'Write "unchecked" to go on: ')
  return answer?.trim().replaceAll('"', '').toLowerCase() === 'unchecked'
}
