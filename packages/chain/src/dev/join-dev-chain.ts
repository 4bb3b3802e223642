import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync, mkdirSync, openSync, readFileSync } from 'node:fs'
import { getCompileCacheDir } from 'node:module'
import { dirname, join, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { GolemError, type Settlement } from '@golem/protocol'
import { type ChainFile, chainFile, devFiles, readJson } from './dev-files.ts'
import { findAnvil } from './find-anvil.ts'
import { isRunning } from './process-id.ts'
import { hasUsers, registerUser } from './users.ts'

/** A development chain in use by this process. */
export type DevChain = {
  readonly rpcUrl: string
  readonly settlement: Settlement
  /** Lets go of it; the chain ends with its last user, which waits for that. Idempotent. */
  leave(): Promise<void>
}

export type JoinDevChainOptions = {
  /** Where the chain lives; shared by all that use it. */
  dir: string
  signal?: AbortSignal
}

const START_TIMEOUT_MS = 20_000
const END_TIMEOUT_MS = 10_000
const WATCH_MS = 500

/**
 * Joins the development chain of a folder, starting it where it does not run. Any number of processes may do so at once.
 * While joined, a keeper that was killed is replaced; the chain itself goes on meanwhile.
 *
 * @throws {GolemError} `CHAIN_UNREACHABLE`, `ANVIL_MISSING`
 * @example
 * const dev = await joinDevChain({ dir: '/home/me/.golem/chain' })
 * const chain = await createChain({ ...dev, signer })
 */
export async function joinDevChain({ dir: folder, signal }: JoinDevChainOptions): Promise<DevChain> {
  const dir = resolve(folder)
  mkdirSync(dir, { recursive: true, mode: 0o700 })
  const left = new AbortController()
  const unregister = registerUser(dir)
  const end = async () => {
    left.abort()
    const kept = keptBy(dir)
    unregister()
    if (kept === null) return
    for (const deadline = Date.now() + END_TIMEOUT_MS; Date.now() < deadline; await sleep(10)) {
      if (hasUsers(dir) || !isRunning(kept.keeper)) return
    }
  }
  let found: ChainFile
  try {
    found = await untilKept(dir, signal)
  } catch (error) {
    unregister()
    signal?.throwIfAborted()
    throw error
  }
  watch(dir, left.signal).catch(() => {})
  let leaving: Promise<void> | null = null
  return {
    rpcUrl: found.rpcUrl,
    settlement: found.settlement,
    leave: () => {
      leaving ??= end()
      return leaving
    },
  }
}

/** Replaces a keeper that died, so that the chain keeps being saved. */
async function watch(dir: string, signal: AbortSignal): Promise<void> {
  for (;;) {
    await sleep(WATCH_MS, undefined, { signal, ref: false })
    if (keptBy(dir) === null) await untilKept(dir, signal)
  }
}

async function untilKept(dir: string, signal: AbortSignal | undefined): Promise<ChainFile> {
  let keeper: ChildProcess | null = null
  for (const deadline = Date.now() + START_TIMEOUT_MS; Date.now() < deadline; await sleep(10, undefined, { signal })) {
    const found = keptBy(dir)
    if (found !== null) return found
    if (keeper !== null && keeper.exitCode !== null && keeper.exitCode !== 0) break
    // A keeper that ended well found another one, which may have ended since.
    if (keeper === null || keeper.exitCode === 0 || keeper.signalCode !== null) keeper = startKeeper(dir)
  }
  throw new GolemError({
    code: 'CHAIN_UNREACHABLE',
    message: `The development chain in ${dir} did not start: ${logTail(dir)}`,
    remedy: `Read ${devFiles(dir).log}; removing ${dir} begins a new chain.`,
  })
}

function startKeeper(dir: string): ChildProcess {
  findAnvil()
  const log = openSync(devFiles(dir).log, 'w', 0o600)
  // Its own session: Ctrl-C in the terminal of one user must not end the chain of the others.
  const keeper = spawn(process.execPath, ['--no-warnings', join(import.meta.dirname, 'main.ts'), '--dir', dir], {
    detached: true,
    stdio: ['ignore', log, log],
    // Nothing of a daemon's secrets, and no folder that may go away.
    cwd: dir,
    env: { PATH: process.env.PATH, HOME: process.env.HOME, NODE_OPTIONS: process.env.NODE_OPTIONS, ...compileCache() },
  })
  closeSync(log)
  keeper.unref()
  return keeper
}

/** Where this process keeps compiled code, the keeper does, too: that halves its start. */
function compileCache(): { NODE_COMPILE_CACHE?: string } {
  const folder = getCompileCacheDir()
  return folder === undefined ? {} : { NODE_COMPILE_CACHE: dirname(folder) }
}

function keptBy(dir: string): ChainFile | null {
  const found = readJson(devFiles(dir).chain, chainFile)
  return found !== null && isRunning(found.keeper) ? found : null
}

function logTail(dir: string): string {
  try {
    return readFileSync(devFiles(dir).log, 'utf8').trim().slice(-500) || 'it said nothing.'
  } catch {
    return 'it left no log.'
  }
}
