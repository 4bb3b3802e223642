import { type HostFile, type HostFolder, layFiles } from './lay-files.ts'
import { ModuleRefused } from './load-module.ts'
import { createRunner, type Runner, type RunnerOptions } from './runner.ts'
import { bytesOf, type Folder } from './wasi/files.ts'

/** Files by name, as they are sent: a folder holds others. */
export type SentFiles = { readonly [name: string]: Uint8Array | SentFiles }

/** What the page says to its worker. `start` comes first; to end a program, the page ends the worker. */
export type ToWorker = { start: RunnerOptions; files: SentFiles } | { request: string }

/** What the worker says to its page. */
export type FromWorker =
  | { answer: string }
  | { log: Uint8Array }
  | { kept: SentFiles; path: string }
  | { exitCode: number; message: string }

type WorkerScope = {
  onmessage: ((event: { data: ToWorker }) => void) | null
  postMessage(message: FromWorker): void
}

// A browser's worker: the same runner as in Node's worker process, over messages instead of pipes.
const scope = globalThis as unknown as WorkerScope
let runner: Runner | null = null
/** As a shell tells of a file that is no program. */
const NOT_RUNNABLE = 126

const start = (options: RunnerOptions, files: SentFiles): Runner => {
  const layout = layFiles(folderOf(files))
  return createRunner(
    {
      layout: () => layout,
      answer: (answer) => scope.postMessage({ answer }),
      log: (log) => scope.postMessage({ log }),
      keep: (out, path) => {
        if (out.entries.size > 0) scope.postMessage({ kept: sentOf(out), path })
      },
    },
    options,
  )
}

scope.onmessage = ({ data }) => {
  try {
    if ('start' in data) {
      runner = start(data.start, data.files)
      runner.start()
    } else runner?.request(data.request)
    if (runner !== null && runner.exitCode !== null) scope.postMessage({ exitCode: runner.exitCode, message: '' })
  } catch (error) {
    if (!(error instanceof ModuleRefused)) throw error
    scope.postMessage({ exitCode: NOT_RUNNABLE, message: error.message })
  }
}

function folderOf(files: SentFiles): HostFolder {
  const entries = Object.entries(files).map(([name, held]): [string, HostFile | HostFolder] => [
    name,
    held instanceof Uint8Array ? { sizeBytes: held.length, read: () => held } : folderOf(held),
  ])
  return new Map(entries)
}

function sentOf(folder: Folder): SentFiles {
  return Object.fromEntries(
    [...folder.entries].map(([name, node]) => [name, node.kind === 'folder' ? sentOf(node) : bytesOf(node).slice()]),
  )
}
