import type { Layout } from './lay-files.ts'
import { ModuleRefused } from './load-module.ts'
import { type LaidFile, resolvePath } from './wasi/files.ts'

const LINE_FEED = 0x0a

/** What a request asks of a command; see `wasmInterface`. */
export type CommandParams = {
  module: string
  args: readonly string[]
  stdin: Uint8Array
  env: Readonly<Record<string, string>>
  seed: () => string
  outDir: string
}

/** @throws {ModuleRefused} */
export function readParams(params: Record<string, unknown>, mainModule: string, tree: Layout): CommandParams {
  const text = (name: string, otherwise: string): string =>
    typeof params[name] === 'string' ? (params[name] as string) : otherwise
  const texts = (value: unknown): string[] => (Array.isArray(value) ? value.map(String) : [])
  const args = texts(params.args)
  const env = typeof params.env === 'object' && params.env !== null ? params.env : {}
  const stdin =
    'line' in params
      ? lineOf(params.line, tree)
      : 'stdinBase64' in params
        ? fromBase64(text('stdinBase64', ''))
        : new TextEncoder().encode(text('stdin', ''))
  return {
    module: text('module', mainModule),
    args,
    stdin,
    env: Object.fromEntries(Object.entries(env).map(([name, value]) => [name, String(value)])),
    // Other work has other chance, and the same work the same, whoever does it.
    seed: () => text('seed', `${JSON.stringify(args)}\n${latin1(stdin)}`),
    outDir: text('outDir', '/out'),
  }
}

/** A line of a file that was laid, by its number from 0 on: so that many small inputs are one file. */
function lineOf(asked: unknown, tree: Layout): Uint8Array {
  const { file: path, number } = (asked ?? {}) as { file?: unknown; number?: unknown }
  const file = typeof path === 'string' ? laidFile(tree, path) : null
  if (file === null) throw new ModuleRefused(`There is no file ${JSON.stringify(path)} of lines.`)
  const ends = lineEnds(file)
  const end = typeof number === 'number' ? ends[number] : undefined
  if (typeof number !== 'number' || end === undefined)
    throw new ModuleRefused(`${path} has ${ends.length} lines, and none of number ${String(number)}.`)
  return file.read().slice(number === 0 ? 0 : ends[number - 1], end)
}

const endsOfLines = new WeakMap<LaidFile, number[]>()

/** Where each line ends, its line feed included. */
function lineEnds(file: LaidFile): number[] {
  const known = endsOfLines.get(file)
  if (known !== undefined) return known
  const bytes = file.read()
  const ends: number[] = []
  for (let at = bytes.indexOf(LINE_FEED); at >= 0; at = bytes.indexOf(LINE_FEED, at + 1)) ends.push(at + 1)
  if (bytes.length > (ends.at(-1) ?? 0)) ends.push(bytes.length)
  endsOfLines.set(file, ends)
  return ends
}

/** A file that was laid, by its whole path. */
export function laidFile(tree: Layout, path: string): LaidFile | null {
  const found = path.startsWith('/') ? resolvePath(tree.root, path.slice(1)) : null
  return found !== null && typeof found !== 'number' && found.node?.kind === 'laid' ? found.node : null
}

/** A letter for each byte. */
export function latin1(bytes: Uint8Array): string {
  let text = ''
  for (const byte of bytes) text += String.fromCharCode(byte)
  return text
}

function fromBase64(text: string): Uint8Array {
  try {
    return Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0))
  } catch {
    throw new ModuleRefused('The input is no base64.')
  }
}
