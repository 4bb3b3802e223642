import { spawn } from 'node:child_process'
import { resolve } from 'node:path'
import { createInterface } from 'node:readline'
import { providePeer } from '../peer-program.ts'

const SCRIPT = resolve(import.meta.dirname, 'dask_peer.py')
/** Debian's own: packages of Debian are not on the path of another one. */
const PYTHON = '/usr/bin/python3'

export type DaskPeer = {
  /** @returns subtasks a second */
  many(count: number): Promise<number>
  /** @returns milliseconds of each, one after another */
  single(count: number): Promise<number[]>
  stop(): void
}

/** Starts Dask's scheduler and two worker processes. @throws {Error} that says how to install it, where it is missing */
export async function startDaskPeer(note: (line: string) => void, signal: AbortSignal): Promise<DaskPeer> {
  await providePeer('Dask', { test: [PYTHON, '-c', 'import distributed'], debian: 'python3-distributed' }, note)
  const child = spawn(PYTHON, [SCRIPT], { stdio: ['pipe', 'pipe', 'inherit'], signal, killSignal: 'SIGINT' })
  child.on('error', () => {})
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]()
  const next = async (): Promise<unknown> => {
    const { value, done } = await lines.next()
    if (done) throw new Error('Dask has ended.')
    return JSON.parse(value)
  }
  const ask = async (what: string): Promise<unknown> => {
    child.stdin.write(`${what}\n`)
    return next()
  }
  await next()
  return {
    many: async (count) => Number(await ask(`many ${count}`)),
    single: async (count) => (await ask(`single ${count}`)) as number[],
    stop: () => child.stdin.end(),
  }
}
