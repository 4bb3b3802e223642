import type { Problem } from '@golem/api'
import { GolemError } from '@golem/protocol/errors'
import { CommanderError } from 'commander'
import { plainText } from './views/plain-text.ts'

export type Failure = { problem: Problem; text: string; exitCode: 1 | 2 }

const BAD_INPUT = ['AMOUNT_INVALID', 'FILE_MISSING', 'FOLDER_UNWRITABLE', 'OPTIONS_INVALID']
const BAD_REQUEST = 400

/** What a person reads when a command failed: a sentence with its remedy, and never a stack. */
export function describeFailure(error: unknown): Failure {
  if (error instanceof GolemError) {
    const { code, message, remedy, sentence } = error
    const bad = BAD_INPUT.includes(code) || error.data.status === BAD_REQUEST
    const problem = remedy === undefined ? { code, message } : { code, message, remedy }
    return { problem, text: `golem: ${plainText(sentence)}`, exitCode: bad ? 2 : 1 }
  }
  if (error instanceof CommanderError) {
    const message = error.message.replace(/^error: /, '').trim()
    return { problem: { code: 'USAGE', message }, text: `golem: ${message}`, exitCode: 2 }
  }
  const message = `This is a defect of golem: ${error instanceof Error ? error.message : String(error)}`
  return { problem: { code: 'DEFECT', message }, text: `golem: ${message}`, exitCode: 1 }
}
