import type { Folder, Inodes, LaidFile, MadeFile, WriteBudget } from './files.ts'

/** Collects what a program prints. false: no more is taken. */
export type Sink = (bytes: Uint8Array) => boolean

export type Descriptor =
  | { kind: 'input'; data: Uint8Array; position: number }
  | { kind: 'output'; sink: Sink }
  | {
      kind: 'file'
      file: LaidFile | MadeFile
      position: number
      appends: boolean
      canRead: boolean
      canWrite: boolean
    }
  | { kind: 'folder'; folder: Folder; isPreopened: boolean }

/** Everything that one instance can reach, made anew for each. */
export type RunState = {
  readonly args: readonly Uint8Array[]
  readonly env: readonly Uint8Array[]
  readonly descriptors: (Descriptor | null)[]
  readonly budget: WriteBudget
  readonly inodes: Inodes
  /** Fills bytes; equal seeds give equal ones. */
  readonly random: (target: Uint8Array) => void
  /** Nanoseconds since the run began, by a clock that only the program itself moves. */
  clockNs: bigint
}

/** The descriptors of a process at its start: three streams, and the one folder that it sees. */
export const firstDescriptors = (stdin: Uint8Array, stdout: Sink, stderr: Sink, root: Folder): Descriptor[] => [
  { kind: 'input', data: stdin, position: 0 },
  { kind: 'output', sink: stdout },
  { kind: 'output', sink: stderr },
  { kind: 'folder', folder: root, isPreopened: true },
]
