import { type EngineMemory, engine } from '../../src/wasm/engine.ts'
import { freshFolders, type HostFolder, layFiles } from '../../src/wasm/lay-files.ts'
import { ALL_RIGHTS } from '../../src/wasm/wasi/abi.ts'
import { createWasi } from '../../src/wasm/wasi/create-wasi.ts'
import { bytesOf, type Folder, openBudget, type WriteBudget } from '../../src/wasm/wasi/files.ts'
import { firstDescriptors } from '../../src/wasm/wasi/run-state.ts'
import { seededRandom } from '../../src/wasm/wasi/seeded-random.ts'

export const file = (text: string) => {
  const bytes = new TextEncoder().encode(text)
  return { sizeBytes: bytes.length, read: () => bytes }
}

export const ROOT_FD = 3
const [PATH_AT, RESULT_AT, BUFFERS_AT, DATA_AT] = [0, 8_192, 8_256, 16_384] as const

/** Calls WASI as a program does, with arguments in its memory; what is not a number of its own is `errno`. */
export function openGuest(
  folders: HostFolder = new Map(),
  { bytes = 1_000, entries = 8, stdin = '' }: { bytes?: number; entries?: number; stdin?: string } = {},
) {
  const { host, functions } = createWasi()
  const call = (name: string, ...values: (number | bigint)[]): number =>
    (functions[name] as (...given: (number | bigint)[]) => number)(...values)
  const memory: EngineMemory = new engine.Memory({ initial: 4, maximum: 8 })
  const view = () => new DataView(memory.buffer)
  const raw = () => new Uint8Array(memory.buffer)
  const printed: string[] = []
  const layout = layFiles(folders)
  const { out, inodes } = freshFolders(layout)
  const budget: WriteBudget = openBudget(bytes, entries)
  const sink = (piece: Uint8Array): boolean => {
    printed.push(new TextDecoder().decode(piece))
    return true
  }
  host.memory.use(memory)
  host.run = {
    args: [new TextEncoder().encode('program')],
    env: [],
    descriptors: firstDescriptors(new TextEncoder().encode(stdin), sink, sink, layout.root),
    budget,
    inodes,
    random: seededRandom(() => 'seed'),
    clockNs: 0n,
  }
  const put = (at: number, text: string | Uint8Array): [number, number] => {
    const data = typeof text === 'string' ? new TextEncoder().encode(text) : text
    raw().set(data, at)
    return [at, data.length]
  }
  const orErrno = <T>(errno: number, value: () => T): T | { errno: number } => (errno === 0 ? value() : { errno })

  return {
    call,
    memory,
    out,
    budget,
    printed,
    put,
    view,
    raw,
    u32: (at: number) => view().getUint32(at, true),
    u64: (at: number) => view().getBigUint64(at, true),
    path: (name: string, path: string | Uint8Array, ...more: (number | bigint)[]) =>
      call(name, ROOT_FD, ...put(PATH_AT, path), ...more),
    /** The descriptor, or why not. */
    open: (path: string, { flags = 0, rights = ALL_RIGHTS, fdFlags = 0, fd = ROOT_FD } = {}) =>
      orErrno(call('path_open', fd, 0, ...put(PATH_AT, path), flags, rights, ALL_RIGHTS, fdFlags, RESULT_AT), () =>
        view().getUint32(RESULT_AT, true),
      ),
    write: (fd: number, text: string) => {
      const [at, length] = put(DATA_AT, text)
      view().setUint32(BUFFERS_AT, at, true)
      view().setUint32(BUFFERS_AT + 4, length, true)
      return orErrno(call('fd_write', fd, BUFFERS_AT, 1, RESULT_AT), () => view().getUint32(RESULT_AT, true))
    },
    read: (fd: number, length = 4_096) => {
      view().setUint32(BUFFERS_AT, DATA_AT, true)
      view().setUint32(BUFFERS_AT + 4, length, true)
      return orErrno(call('fd_read', fd, BUFFERS_AT, 1, RESULT_AT), () =>
        new TextDecoder().decode(raw().slice(DATA_AT, DATA_AT + view().getUint32(RESULT_AT, true))),
      )
    },
    names: (fd: number): string[] => {
      call('fd_readdir', fd, DATA_AT, 65_536, 0n, RESULT_AT)
      const names: string[] = []
      const end = DATA_AT + view().getUint32(RESULT_AT, true)
      for (let at = DATA_AT; at < end; ) {
        const length = view().getUint32(at + 16, true)
        names.push(new TextDecoder().decode(raw().slice(at + 24, at + 24 + length)))
        at += 24 + length
      }
      return names
    },
    /** What lies in /out, as text by path. */
    left: (): Record<string, string> => {
      const found: Record<string, string> = {}
      const walk = (folder: Folder, path: string): void => {
        for (const [name, node] of folder.entries) {
          if (node.kind === 'folder') walk(node, `${path}${name}/`)
          else found[`${path}${name}`] = new TextDecoder().decode(bytesOf(node))
        }
      }
      walk(out, '')
      return found
    },
  }
}
export { RESULT_AT }
