import { chmod, mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Mount, Sandbox, SandboxProcess, SandboxSpec } from '@golem/ports'
import type { Limits } from '@golem/protocol'
import { createOciSandbox, type OciSandboxComponents, type OciSandboxOptions } from '../src/index.ts'
import { installedRuntimes, notOffered } from '../src/oci/find-runtime.ts'

const MIB = 1024 ** 2

export const LIMITS: Limits = {
  memoryBytes: 512 * MIB,
  pids: 64,
  cores: 1,
  wallMs: 60_000,
  diskBytes: 64 * MIB,
  outputBytes: 16 * MIB,
  outputFiles: 8,
  fileBytes: 16 * MIB,
  logBytes: MIB,
}

/** Those to be tested: the ones that `auto` chooses from here, and never none. */
export const runtimes: readonly string[] = await installedRuntimes('auto').then((found) => {
  const offered = found.filter((runtime) => notOffered(runtime, 'auto') === null)
  if (offered.length === 0) throw new Error('Install runc or crun to test the sandbox.')
  return offered.map(({ name }) => name)
})

export type Place = {
  folder: string
  stateDir: string
  sandbox: Sandbox
  /** A sandbox's spec with what a test cares about. */
  spec(argv: readonly string[], more?: Partial<SandboxSpec>): SandboxSpec
  /** A folder to be mounted. */
  mount(target: string, writable: boolean): Promise<Mount>
}

/** A sandbox in a folder that nobody else may enter, as a daemon's home is; gone after `body`. */
export async function inPlace(
  runtime: string,
  body: (place: Place) => Promise<void>,
  options: Partial<OciSandboxOptions> = {},
  components: OciSandboxComponents = {},
): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'golem-sandbox-'))
  const stateDir = join(folder, 'state')
  const sandbox = await createOciSandbox(components, { stateDir, runtime, ...options })
  try {
    await body({
      folder,
      stateDir,
      sandbox,
      spec: (argv, more) => ({
        name: 'test',
        runtime: { kind: 'oci', root: 'host-tools' },
        argv,
        env: {},
        mounts: [],
        outbound: [],
        limits: LIMITS,
        ...more,
      }),
      mount: async (target, writable) => {
        const source = join(folder, target)
        await mkdir(source)
        await chmod(source, 0o755)
        return { source, target, writable }
      },
    })
  } finally {
    await sandbox.stop()
    await rm(folder, { recursive: true })
  }
}

/** The next line. @throws {Error} with what the program printed, when there is none */
export async function nextLine(process: SandboxProcess): Promise<string> {
  for await (const line of process.lines) return line
  throw new Error(`The program ended without an answer: ${JSON.stringify(await process.exited)}`)
}
