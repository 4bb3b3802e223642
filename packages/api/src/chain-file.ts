import { readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { GolemError } from '@golem/protocol/errors'

/** The chain that a home's daemon uses where its start names none; in the home, as `golem chain use` wrote it. */
export type ChainFile = { rpcUrl: string; chainId: number; token: string; payments: string }

const pathIn = (home: string) => join(home, 'chain.json')

/** Appears whole or not at all. */
export async function writeChainFile(home: string, file: ChainFile): Promise<void> {
  const draft = `${pathIn(home)}.${process.pid}`
  await rm(draft, { force: true })
  await writeFile(draft, `${JSON.stringify(file, null, 2)}\n`, { mode: 0o600, flag: 'wx' })
  await rename(draft, pathIn(home))
}

/** null where there is none. @throws {GolemError} `CHAIN_FILE_INVALID`: a daemon must not start on a wrong chain */
export async function readChainFile(home: string): Promise<ChainFile | null> {
  let text: string
  try {
    text = await readFile(pathIn(home), 'utf8')
  } catch {
    return null
  }
  const file = parse(text)
  if (file !== null) return file
  throw new GolemError({
    code: 'CHAIN_FILE_INVALID',
    message: `${pathIn(home)} names no chain.`,
    remedy: 'Name one again with `golem chain use`.',
  })
}

function parse(text: string): ChainFile | null {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return null
  }
  if (typeof value !== 'object' || value === null) return null
  const { rpcUrl, chainId, token, payments } = value as Partial<Record<keyof ChainFile, unknown>>
  if (typeof rpcUrl !== 'string' || typeof chainId !== 'number') return null
  if (typeof token !== 'string' || typeof payments !== 'string') return null
  return { rpcUrl, chainId, token, payments }
}

/** Forgets it. Idempotent. */
export const removeChainFile = (home: string): Promise<void> => rm(pathIn(home), { force: true })
