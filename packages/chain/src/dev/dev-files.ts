import { closeSync, fsyncSync, openSync, readdirSync, readFileSync, renameSync, rmSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { settlement } from '@golem/protocol'
import { z } from 'zod'

const processId = z.object({ pid: z.number().int().positive(), startedAt: z.string() })

/** `chain.json`: there while a keeper serves. */
export const chainFile = z.object({
  rpcUrl: z.string(),
  settlement,
  keeperPid: z.number().int().positive(),
  anvilPid: z.number().int().positive(),
  keeper: processId,
})
export type ChainFile = z.infer<typeof chainFile>

/** `anvil.json`: what outlives keepers. The chain's id is drawn at random, so that no two development chains mix. */
export const anvilFile = z.object({
  chainId: z.number().int().positive(),
  port: z.number().int().positive(),
  /** The anvil that runs, or ran. */
  pid: z.number().int().positive().nullable(),
})
export type AnvilFile = z.infer<typeof anvilFile>

/** Names in the folder of a development chain. */
export const devFiles = (dir: string) => ({
  chain: join(dir, 'chain.json'),
  anvil: join(dir, 'anvil.json'),
  state: join(dir, 'state.json'),
  users: join(dir, 'users'),
  lock: join(dir, 'keeper.lock'),
  log: join(dir, 'keeper.log'),
})

/** Null where the file is missing or not what it should be. */
export function readJson<T>(path: string, schema: z.ZodType<T>): T | null {
  try {
    return schema.parse(JSON.parse(readFileSync(path, 'utf8')))
  } catch {
    return null
  }
}

const DRAFT = '.draft'

/** What writers that were killed left behind. Only for whoever alone writes in this folder. */
export function removeDrafts(dir: string): void {
  for (const name of readdirSync(dir).filter((each) => each.endsWith(DRAFT))) rmSync(join(dir, name), { force: true })
}

/** Whole or not at all, whatever dies in between. */
export function writeWhole(path: string, content: string | Uint8Array): void {
  const draft = `${path}.${process.pid}${DRAFT}`
  const file = openSync(draft, 'w', 0o600)
  try {
    const bytes = typeof content === 'string' ? Buffer.from(content) : content
    for (let written = 0; written < bytes.length; ) written += writeSync(file, bytes, written)
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
  renameSync(draft, path)
}
