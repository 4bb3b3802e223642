import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { createServer } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { GolemError } from '@golem/protocol'
import { type AnvilFile, devFiles } from './dev-files.ts'
import { jsonRpc } from './json-rpc.ts'
import { commandLineOf } from './process-id.ts'

export type Anvil = { pid: number; port: number; rpcUrl: string }

const START_TIMEOUT_MS = 10_000
const PORT_ATTEMPTS = 5
/** Old states are kept in memory this deep; nothing here asks for older ones. */
const STATES_KEPT = 16

const urlOf = (port: number) => `http://127.0.0.1:${port}`

/** The anvil that a killed keeper left behind, where it still serves; one that does not is ended. */
export async function adoptAnvil({ pid, port, chainId }: AnvilFile): Promise<Anvil | null> {
  if (pid === null || !isThatAnvil(pid, port, chainId)) return null
  if (await serves(port, chainId)) return { pid, port, rpcUrl: urlOf(port) }
  await endAnvil({ pid, port, rpcUrl: urlOf(port) }, chainId)
  return null
}

/**
 * Starts anvil on loopback from the saved state, on the wanted port where it is free.
 *
 * @param onSpawned called at once, so that a keeper killed in this moment leaves a trace of its child
 */
export async function startAnvil(
  { dir, anvilPath, onSpawned }: { dir: string; anvilPath: string; onSpawned: (anvil: Anvil) => void },
  { chainId, port: wantedPort }: { chainId: number; port: number | null },
): Promise<Anvil> {
  const { state } = devFiles(dir)
  for (let attempt = 0; attempt < PORT_ATTEMPTS; attempt++) {
    const port = await freePort(attempt === 0 ? wantedPort : null)
    const args = ['--host', '127.0.0.1', '--port', String(port), '--chain-id', String(chainId), '--quiet', '--no-cors']
    args.push('--accounts', '2', '--prune-history', String(STATES_KEPT))
    if (existsSync(state)) args.push('--load-state', state)
    const child = spawn(anvilPath, args, { cwd: dir, stdio: 'ignore' })
    let ended = false
    child.once('exit', () => {
      ended = true
    })
    child.once('error', () => {
      ended = true
    })
    if (child.pid !== undefined) onSpawned({ pid: child.pid, port, rpcUrl: urlOf(port) })
    for (const deadline = Date.now() + START_TIMEOUT_MS; !ended && Date.now() < deadline; await sleep(5)) {
      if (await serves(port, chainId)) return { pid: child.pid as number, port, rpcUrl: urlOf(port) }
    }
    child.kill('SIGKILL')
  }
  throw new GolemError({
    code: 'CHAIN_UNREACHABLE',
    message: `anvil (${anvilPath}) did not start.`,
    remedy: `Run it by hand to see why; should its state in ${dir} be damaged, remove that folder to begin anew.`,
  })
}

/** Ends it, if the pid is still that anvil's. Resolves when it is gone. */
export async function endAnvil({ pid, port }: Anvil, chainId: number): Promise<void> {
  while (isThatAnvil(pid, port, chainId)) {
    try {
      process.kill(pid, 'SIGKILL')
    } catch {
      return
    }
    await sleep(5)
  }
}

/** Pids are reused: only a process with these very arguments is ours. */
export function isThatAnvil(pid: number, port: number, chainId: number): boolean {
  return commandLineOf(pid)?.includes(`--host 127.0.0.1 --port ${port} --chain-id ${chainId} `) ?? false
}

async function serves(port: number, chainId: number): Promise<boolean> {
  try {
    return Number(await jsonRpc<string>(urlOf(port), 'eth_chainId', [], { timeoutMs: 2_000 })) === chainId
  } catch {
    return false
  }
}

const freePort = (wanted: number | null): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', (error) => (wanted === null ? reject(error) : resolve(freePort(null))))
    server.listen(wanted ?? 0, '127.0.0.1', () => {
      const address = server.address()
      const port = typeof address === 'object' && address !== null ? address.port : 0
      server.close(() => resolve(port))
    })
  })
