import { stat } from 'node:fs/promises'
import { resolve } from 'node:path'
import { GolemError } from '@golem/protocol/errors'
import type { Cli } from './cli.ts'

/** The CID that a person gives, or that of a file, which is kept by the daemon so that others can read it. */
export async function contentOf({ client, io }: Cli, text: string): Promise<string> {
  if (/^b[a-z2-7]{20,127}$/.test(text)) return text
  const path = resolve(io.cwd, text)
  const isThere = await stat(path).then(
    () => true,
    () => false,
  )
  if (!isThere) {
    throw new GolemError({
      code: 'FILE_MISSING',
      message: `${path} does not exist, and ${JSON.stringify(text)} is no CID.`,
      remedy: 'Name a file that gives the reason, or the CID of one.',
    })
  }
  return (await client.addData({ path, pin: true })).cid
}
