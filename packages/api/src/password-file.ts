import { readFile } from 'node:fs/promises'
import { GolemError } from '@golem/protocol/errors'

/** The password that a file holds: its first line. @throws {GolemError} `FILE_MISSING` */
export async function readPasswordFile(path: string): Promise<string> {
  try {
    return (await readFile(path, 'utf8')).split(/\r?\n/)[0] ?? ''
  } catch (cause) {
    throw new GolemError({
      code: 'FILE_MISSING',
      message: `The password file ${path} cannot be read.`,
      remedy: 'Check the path and its permissions.',
      cause,
    })
  }
}
