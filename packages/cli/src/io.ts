import { fileURLToPath } from 'node:url'
import { openUrl } from './open-url.ts'

export type Sink = { write(text: string): unknown; isTTY?: boolean; columns?: number; rows?: number }

/** What a command touches of the process it runs in. */
export type Io = {
  stdout: Sink
  stderr: Sink
  stdin: NodeJS.ReadableStream & { isTTY?: boolean }
  env: Readonly<Record<string, string | undefined>>
  cwd: string
  /** The daemon's program, for `golem up`. */
  daemonEntry: string
  /** The node's program for what is done while no daemon runs. */
  toolEntry: string
  /** The program that looks at the machine, for `golem doctor` without a daemon. */
  checkEntry: string
  now(): number
  /** Opens an address in the person's browser. @returns false where there is none */
  openUrl(url: string): boolean
  /** Calls at each Ctrl-C; returns what ends that. */
  onInterrupt(handler: () => void): () => void
}

export const processIo = (): Io => ({
  stdout: process.stdout,
  stderr: process.stderr,
  stdin: process.stdin,
  env: process.env,
  cwd: process.cwd(),
  daemonEntry: fileURLToPath(import.meta.resolve('@golem/node/daemon')),
  toolEntry: fileURLToPath(import.meta.resolve('@golem/node/tool')),
  checkEntry: fileURLToPath(import.meta.resolve('@golem/node/check')),
  now: Date.now,
  openUrl: (url) => openUrl(url, process.env),
  onInterrupt: (handler) => {
    process.on('SIGINT', handler)
    return () => void process.off('SIGINT', handler)
  },
})
