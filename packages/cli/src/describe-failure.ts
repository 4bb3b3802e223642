import type { Problem } from '@golem/api'
import { GolemError } from '@golem/protocol/errors'
import { CommanderError } from 'commander'
import { inOwnWords } from './in-own-words.ts'
import { plainText } from './views/plain-text.ts'

export type Failure = { problem: Problem; text: string; exitCode: 1 | 2 }

const BAD_INPUT = [
  'AMOUNT_INVALID',
  'BACKUP_INVALID',
  'CONSENT_MISSING',
  'FILE_MISSING',
  'FOLDER_UNWRITABLE',
  'OPTIONS_INVALID',
  'PASSWORD_MISSING',
  'PASSWORD_SHORT',
]
const BAD_REQUEST = 400

const NO_COMMAND = 'No command is named. Begin with `golem up --dev`, or see `golem --help`.'

/** Commander's answer to a command line without a command: help, which is then no answer to a question. */
export const isHelpUnasked = (error: unknown): boolean =>
  error instanceof CommanderError && error.code === 'commander.help'

/** What a person reads when a command failed: a sentence with its remedy, and never a stack. */
export function describeFailure(error: unknown): Failure {
  if (error instanceof GolemError) {
    const bad = BAD_INPUT.includes(error.code) || error.data.status === BAD_REQUEST
    const { code, message, remedy } = inOwnWords(error)
    const problem = remedy === undefined ? { code, message } : { code, message, remedy }
    const sentence = [message, remedy].filter((part) => part !== undefined).join(' ')
    return { problem, text: `golem: ${plainText(sentence)}`, exitCode: bad ? 2 : 1 }
  }
  if (error instanceof CommanderError) {
    const message = isHelpUnasked(error) ? NO_COMMAND : error.message.replace(/^error: /, '').trim()
    return { problem: { code: 'USAGE', message }, text: `golem: ${message}`, exitCode: 2 }
  }
  const message = `This is a defect of golem: ${error instanceof Error ? error.message : String(error)}`
  return { problem: { code: 'DEFECT', message }, text: `golem: ${message}`, exitCode: 1 }
}
