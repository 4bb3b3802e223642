import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { GolemError } from '@golem/protocol'
import { writeSecret } from './keys/write-secret.ts'

/** How a home's daemon runs where its start does not say: fields of a `DaemonStart`, checked where they are used. */
export type StartFile = Readonly<Record<string, unknown>>

const pathIn = (home: string) => join(home, 'start.json')

/** Whole or not at all. */
export const writeStartFile = (home: string, file: StartFile): Promise<void> =>
  writeSecret(pathIn(home), `${JSON.stringify(file, null, 2)}\n`, { replace: true })

/** Empty where there is none. @throws {GolemError} `START_FILE_INVALID` */
export async function readStartFile(home: string): Promise<StartFile> {
  let text: string
  try {
    text = await readFile(pathIn(home), 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return {}
    throw invalid(home, error)
  }
  try {
    const value: unknown = JSON.parse(text)
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as StartFile
  } catch (error) {
    throw invalid(home, error)
  }
  throw invalid(home)
}

const invalid = (home: string, cause?: unknown) =>
  new GolemError({
    code: 'START_FILE_INVALID',
    message: `${pathIn(home)} does not say how the daemon is to run.`,
    remedy: 'Remove the file: the daemon then runs as it does by itself.',
    cause,
  })
