import { randomUUID } from 'node:crypto'
import { mkdirSync, readdirSync, rmSync } from 'node:fs'
import { watch } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { z } from 'zod'
import { devFiles, readJson, writeWhole } from './dev-files.ts'
import { isRunning, ownProcessId } from './process-id.ts'

const user = z.object({ pid: z.number(), startedAt: z.string() })

/** Says that this process uses the chain; returns what takes that back. */
export function registerUser(dir: string): () => void {
  const { users } = devFiles(dir)
  mkdirSync(users, { recursive: true })
  const path = join(users, `${process.pid}-${randomUUID()}.json`)
  writeWhole(path, JSON.stringify(ownProcessId()))
  return () => rmSync(path, { force: true })
}

/** Whether any registered process lives; forgets those that do not. */
export function hasUsers(dir: string): boolean {
  const { users } = devFiles(dir)
  let any = false
  for (const name of namesIn(users).filter((each) => each.endsWith('.json'))) {
    const path = join(users, name)
    const found = readJson(path, user)
    if (found !== null && isRunning(found)) any = true
    else rmSync(path, { force: true })
  }
  return any
}

/** Resolves when somebody comes or leaves, or after `timeoutMs`: those who are killed say nothing. */
export async function untilUsersChange(dir: string, timeoutMs: number, signal: AbortSignal): Promise<void> {
  const over = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)])
  try {
    for await (const _ of watch(devFiles(dir).users, { signal: over })) return
  } catch {
    // Aborted; or the folder is gone, which the caller sees for itself.
    if (!over.aborted) await sleep(timeoutMs, undefined, { signal }).catch(() => {})
  }
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}
