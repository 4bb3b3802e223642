import { type ChildProcess, spawn } from 'node:child_process'
import { access } from 'node:fs/promises'
import { text } from 'node:stream/consumers'
import type { Malware, Scanner } from '@golem/ports'
import { GolemError } from '@golem/protocol'
import { findProgram } from '../oci/find-runtime.ts'

/** `auto`: by clamd where it runs, in milliseconds. `clamscan`: always, with half a minute and a gigabyte for each scan. */
export const SCAN_MODES = ['auto', 'clamscan', 'off'] as const
export type ScanMode = (typeof SCAN_MODES)[number]

export type ClamOptions = {
  /** Asked before each scan. */
  mode: () => ScanMode
  /** Signatures for `clamscan`. Default: those of the installation, which freshclam keeps new. */
  database?: string
  /** Of clamd, for its client. Default: the installation's. */
  configFile?: string
}

/** Both programs print a line for each file with something in it, and end with 1 where there is one. */
const COMMON = ['--infected', '--no-summary', '--stdout']
const FOUND = / FOUND$/
const OUTPUT_CHARACTERS = 4_000

/**
 * ClamAV, as it is installed: another program that is started and asked, and never needed. Where it is to be used and
 * cannot be, that is an error; in `auto` it is not.
 *
 * @example
 * const scanner = createClamScanner({ mode: () => 'auto' })
 * const found = await scanner.scan('/var/lib/golem/work/inputs')
 */
export function createClamScanner({ mode, database, configFile }: ClamOptions): Scanner {
  const config = configFile === undefined ? [] : [`--config-file=${configFile}`]

  /** clamd's client, where clamd answers. */
  const client = async (signal?: AbortSignal): Promise<string | null> => {
    const program = await findProgram('clamdscan')
    if (program === null) return null
    const { code } = await run(program, [...config, '--ping=1:1'], signal)
    return code === 0 ? program : null
  }
  const commandFor = async (signal?: AbortSignal): Promise<[string, string[]] | null> => {
    const wanted = mode()
    if (wanted === 'off') return null
    const found = await client(signal)
    // The descriptor is passed: clamd itself may not enter the daemon's folders.
    if (found !== null) return [found, [...config, '--fdpass', ...COMMON]]
    if (wanted === 'auto') return null
    const program = await findProgram('clamscan')
    if (program === null) throw failed('There is no clamscan here.', 'Install it: apt-get install clamav')
    return [program, [...(database === undefined ? [] : [`--database=${database}`]), '--recursive', ...COMMON]]
  }

  return {
    scan: async (path, signal) => {
      signal?.throwIfAborted()
      const command = await commandFor(signal)
      if (command === null) return null
      await access(path).catch((cause: unknown) => {
        throw failed(`There is no ${path}.`, undefined, cause)
      })
      const [program, args] = command
      const { code, stdout, stderr } = await run(program, [...args, path], signal)
      if (code === 0) return []
      if (code === 1) return malwareIn(stdout)
      throw failed(
        `ClamAV could not look: ${`${stderr}${stdout}`.trim().slice(-OUTPUT_CHARACTERS)}`,
        'Have its signatures fetched (freshclam), or switch it off: golem policy set scan off',
      )
    },
  }
}

const malwareIn = (output: string): Malware[] =>
  output.split('\n').flatMap((line) => {
    const at = FOUND.test(line) ? line.lastIndexOf(': ') : -1
    return at < 0 ? [] : [{ path: line.slice(0, at), name: line.slice(at + 2).replace(FOUND, '') }]
  })

async function run(program: string, args: readonly string[], signal?: AbortSignal) {
  const child: ChildProcess = spawn(program, args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', LC_ALL: 'C.UTF-8' },
  })
  const kill = (): void => void child.kill('SIGKILL')
  signal?.addEventListener('abort', kill, { once: true })
  try {
    const ended = new Promise<number | null>((resolve, reject) => {
      child.once('error', reject)
      child.once('close', resolve)
    })
    const [code, stdout, stderr] = await Promise.all([
      ended,
      text(child.stdout as NodeJS.ReadableStream),
      text(child.stderr as NodeJS.ReadableStream),
    ])
    signal?.throwIfAborted()
    return { code, stdout, stderr }
  } finally {
    signal?.removeEventListener('abort', kill)
  }
}

const failed = (message: string, remedy?: string, cause?: unknown): GolemError =>
  new GolemError({ code: 'SCAN_FAILED', message, cause, ...(remedy === undefined ? {} : { remedy }) })
