import { randomInt } from 'node:crypto'
import { existsSync, rmSync } from 'node:fs'
import { type Anvil, adoptAnvil, endAnvil, startAnvil } from './anvil.ts'
import { deployContracts } from './deploy-contracts.ts'
import { type AnvilFile, anvilFile, chainFile, devFiles, readJson, removeDrafts, writeWhole } from './dev-files.ts'
import { findAnvil } from './find-anvil.ts'
import { acquireKeeperLock } from './keeper-lock.ts'
import { isRunning, ownProcessId } from './process-id.ts'
import { saveStates } from './save-states.ts'
import { hasUsers, untilUsersChange } from './users.ts'

/** Users that were killed are missed after this. */
const USERS_POLL_MS = 1_000
/** More restarts than this and something is wrong that a restart does not mend. */
const MAX_RESTARTS = 20

export type KeeperOptions = { dir: string; signal: AbortSignal }

/**
 * Keeps the development chain of a folder alive until no registered process uses it: runs anvil, saves its state after
 * every block, restarts it when it dies, adopts it when an earlier keeper died. One keeper per folder; a second one
 * returns at once, and so does one that nobody waits for.
 */
export async function runKeeper({ dir, signal }: KeeperOptions): Promise<void> {
  if (!hasUsers(dir)) return
  const files = devFiles(dir)
  const release = await acquireKeeperLock(files.lock, () => signal.aborted || isKept(dir) || !hasUsers(dir))
  if (release === null) return

  removeDrafts(dir)
  const known = readJson(files.anvil, anvilFile)
  let record: AnvilFile = known ?? {
    chainId: randomInt(1_000_000_000, 2_000_000_000),
    port: 1,
    pid: null,
  }
  const remember = (change: Partial<AnvilFile>) => {
    record = { ...record, ...change }
    writeWhole(files.anvil, JSON.stringify(record))
  }
  let anvil: Anvil | null = null
  try {
    anvil = await adoptAnvil(record)
    for (let restarts = 0; ; restarts++) {
      anvil ??= await startAnvil(
        { dir, anvilPath: findAnvil(), onSpawned: ({ pid, port }) => remember({ pid, port }) },
        { chainId: record.chainId, port: known === null && restarts === 0 ? null : record.port },
      )
      if ((await serve(anvil)) === 'unused' || restarts === MAX_RESTARTS) break
      await endAnvil(anvil, record.chainId)
      anvil = null
    }
  } finally {
    rmSync(files.chain, { force: true })
    if (anvil !== null) await endAnvil(anvil, record.chainId)
    if (existsSync(dir)) remember({ pid: null })
    release()
  }

  /** Until nobody uses the chain any more, or anvil fails. */
  async function serve(serving: Anvil): Promise<'unused' | 'failed'> {
    const settlement = await deployContracts(serving.rpcUrl, record.chainId)
    const announcement = JSON.stringify({
      rpcUrl: serving.rpcUrl,
      settlement,
      keeperPid: process.pid,
      anvilPid: serving.pid,
      keeper: ownProcessId(),
    })
    const saver = await saveStates(serving.rpcUrl, files.state)
    writeWhole(files.chain, announcement)

    const unused = async (): Promise<'unused'> => {
      for (;;) {
        if (signal.aborted || !existsSync(dir)) return 'unused'
        if (!hasUsers(dir)) {
          // Whoever starts a keeper has registered before. Whoever registered before it read this file is seen by the second look; later ones find no keeper.
          rmSync(files.chain, { force: true })
          if (!hasUsers(dir)) return 'unused'
          writeWhole(files.chain, announcement)
        }
        await untilUsersChange(dir, USERS_POLL_MS, signal)
      }
    }
    const failed = saver.ended.then(
      (): 'failed' => 'failed',
      (): 'failed' => 'failed',
    )
    const outcome = await Promise.race([unused(), failed])
    if (outcome === 'unused' && existsSync(dir)) await saver.stop().catch(() => {})
    return outcome
  }
}

/** Whether a live keeper serves this folder. */
function isKept(dir: string): boolean {
  const found = readJson(devFiles(dir).chain, chainFile)
  return found !== null && isRunning(found.keeper)
}
