import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { constants } from 'node:fs'
import { access, readFile, stat, writeFile } from 'node:fs/promises'
import { release } from 'node:os'
import { basename, delimiter, isAbsolute, join } from 'node:path'
import { promisify } from 'node:util'
import { GolemError } from '@golem/protocol'
import { z } from 'zod'
import { findHierarchy } from './find-hierarchy.ts'
import type { Runtime, RuntimeKind } from './runtime.ts'
import { RUNTIME_KINDS } from './runtime-kinds.ts'

/** A runtime by its name on PATH or its path, or the safest that works here, the faster one of equals. */
export type RuntimeChoice = 'auto' | (string & {})

/** In the order of `auto`. */
export const RUNTIMES: readonly RuntimeKind[] = ['runsc', 'crun', 'runc']

export const INSTALL = 'apt-get install --no-install-recommends runc crun'

/** An ordinary user's PATH often lacks the folders where Debian puts runtimes. */
const FOLDERS = ['/usr/local/sbin', '/usr/local/bin', '/usr/sbin', '/usr/bin', '/sbin', '/bin']

const isProgram = (path: string): Promise<boolean> =>
  access(path, constants.X_OK).then(
    () => true,
    () => false,
  )

/** @returns the program's absolute path, or null. */
export async function findProgram(name: string): Promise<string | null> {
  if (isAbsolute(name)) return (await isProgram(name)) ? name : null
  for (const folder of [...(process.env.PATH ?? '').split(delimiter), ...FOLDERS]) {
    const path = join(folder, name)
    if (folder.startsWith('/') && (await isProgram(path))) return path
  }
  return null
}

/** The runtimes installed here; whether they work is another question. */
export async function installedRuntimes(choice: RuntimeChoice): Promise<Runtime[]> {
  const user = process.getuid?.() === 0 ? 'root' : 'ordinary'
  const hierarchy = await findHierarchy()
  // crun refuses a v2 tree beside v1 trees. Both runtimes run without it.
  const hybrid = '/sys/fs/cgroup/unified'
  const isHybrid = (await readFile('/proc/self/mounts', 'utf8')).includes(` ${hybrid} cgroup2 `)
  const found: Runtime[] = []
  for (const name of choice === 'auto' ? RUNTIMES : [choice]) {
    const path = await findProgram(name)
    if (path === null) continue
    const kind = RUNTIMES.find((known) => known === basename(name)) ?? 'other'
    const hiddenTree = kind === 'crun' && isHybrid ? hybrid : null
    const platform = kind === 'runsc' ? await platformOf(path) : null
    found.push({ kind, name: basename(name), path, user, hierarchy, hiddenTree, platform })
  }
  return found
}

/** How gVisor can catch system calls here, the fastest first. */
async function platformOf(path: string): Promise<Runtime['platform']> {
  if (
    await access('/dev/kvm', constants.R_OK | constants.W_OK).then(
      () => true,
      () => false,
    )
  )
    return 'kvm'
  const { stdout, stderr } = await promisify(execFile)(path, ['flags']).catch((error: unknown) => error as Output)
  return `${stdout}${stderr}`.includes('systrap') ? 'systrap' : 'ptrace'
}
type Output = { stdout: string; stderr: string }

/** Why a runtime is not offered on this machine, although it is installed; or null. */
export function notOffered({ kind, hierarchy, platform }: Runtime, choice: RuntimeChoice): string | null {
  if (kind === 'runsc' && hierarchy === null) {
    return 'It bounds neither memory nor processes by itself, and there is no control group to do it from outside.'
  }
  // Measured: a program that computes with many files takes several times as long.
  if (choice === 'auto' && platform === 'ptrace') {
    return 'Without /dev/kvm this version catches system calls by ptrace, which is slow; choose it by name to use it.'
  }
  return null
}

const cachedPick = z.strictObject({ key: z.string(), path: z.string() })

/**
 * The first runtime under which `works` ran a program. What was found is kept in `cacheFile` until a runtime, the
 * kernel or the user changes.
 *
 * @throws {GolemError} `SANDBOX_UNAVAILABLE`
 */
export async function pickRuntime(
  choice: RuntimeChoice,
  cacheFile: string,
  works: (runtime: Runtime) => Promise<void>,
): Promise<Runtime> {
  const installed = await installedRuntimes(choice)
  if (installed.length === 0) throw nothingInstalled(choice)
  const candidates = installed.filter((runtime) => notOffered(runtime, choice) === null)
  const key = await cacheKey(choice, candidates)
  const cached = cachedPick.safeParse(await readJson(cacheFile))
  const known = candidates.find(({ path }) => cached.success && cached.data.key === key && cached.data.path === path)
  if (known !== undefined) return known
  const failures = installed.flatMap((runtime) => {
    const reason = notOffered(runtime, choice)
    return reason === null ? [] : [`${runtime.name}: ${reason}`]
  })
  for (const runtime of candidates) {
    try {
      await works(runtime)
    } catch (error) {
      failures.push(`${runtime.name}: ${error instanceof Error ? error.message : String(error)}`)
      continue
    }
    await writeFile(cacheFile, JSON.stringify({ key, path: runtime.path }), { mode: 0o600 })
    return runtime
  }
  throw new GolemError({
    code: 'SANDBOX_UNAVAILABLE',
    message: `No sandbox can be started here (${failures.join('; ')}).`,
    remedy: 'Run golem doctor: it names what is missing.',
    data: { failures },
  })
}

function nothingInstalled(choice: RuntimeChoice): GolemError {
  const wanted = choice === 'auto' ? 'runsc, crun or runc' : choice
  const kind = RUNTIMES.find((known) => known === choice)
  return new GolemError({
    code: 'SANDBOX_UNAVAILABLE',
    message: `No container runtime is installed (${wanted}), and no stranger's program runs without one.`,
    remedy: `Install one: ${(kind && RUNTIME_KINDS[kind].install) ?? INSTALL}`,
  })
}

async function cacheKey(choice: string, candidates: readonly Runtime[]): Promise<string> {
  const facts: unknown[] = [choice, release(), process.getuid?.()]
  for (const { path, hierarchy, hiddenTree, platform } of candidates) {
    facts.push([path, (await stat(path)).mtimeMs, hierarchy, hiddenTree, platform])
  }
  return createHash('sha256').update(JSON.stringify(facts)).digest('hex')
}

async function readJson(path: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(path, 'utf8'))
  } catch {
    return null
  }
}
