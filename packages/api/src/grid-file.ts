import { readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { GridInvite } from '@golem/protocol'

/** To which private grid a home belongs. The one who hosts it keeps its chain; members came with an invite. */
export type GridFile = { role: 'host'; name: string; psk: GridInvite['psk'] } | ({ role: 'member' } & GridInvite)

const pathIn = (home: string) => join(home, 'grid.json')

/** Appears whole or not at all; readable by its owner alone, because who has the key is a member. */
export async function writeGridFile(home: string, file: GridFile): Promise<void> {
  const path = pathIn(home)
  const draft = `${path}.${process.pid}`
  await rm(draft, { force: true })
  await writeFile(draft, `${JSON.stringify(file)}\n`, { mode: 0o600, flag: 'wx' })
  await rename(draft, path)
}

/**
 * null where the home is in no grid.
 *
 * @throws {SyntaxError} for what is no JSON
 */
export async function readGridFile(home: string): Promise<GridFile | null> {
  try {
    return JSON.parse(await readFile(pathIn(home), 'utf8')) as GridFile
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null
    throw error
  }
}

/** Idempotent. */
export const removeGridFile = (home: string): Promise<void> => rm(pathIn(home), { force: true })
