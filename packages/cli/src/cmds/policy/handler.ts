import type { Policy } from '@golem/api'
import type { Cli, Outcome } from '../../cli.ts'
import { plainText } from '../../views/plain-text.ts'

export async function showPolicy({ client }: Cli): Promise<Outcome> {
  const value = await client.policy()
  return { value, text: `# ${value.path}\n${problemOf(value)}${plainLines(value.text)}` }
}

export async function setPolicy({ client }: Cli, key: string, text: string): Promise<Outcome> {
  const value = await client.setPolicy({ [key]: text })
  return {
    value,
    text: `${text === '' ? `${key} is as it was in the beginning` : `${key} is ${text}`}, from the next subtask on.`,
  }
}

const problemOf = ({ problem }: Policy): string =>
  problem === null ? '' : `# This file does not count until it is mended: ${plainText(problem)}\n`

const plainLines = (text: string): string => text.trimEnd().split('\n').map(plainText).join('\n')
