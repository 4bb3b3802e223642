import { createHash } from 'node:crypto'
import { constants } from 'node:fs'
import { access, readFile, stat, writeFile } from 'node:fs/promises'
import { release } from 'node:os'
import { delimiter, join } from 'node:path'
import { GolemError } from '@golem/protocol'
import { z } from 'zod'
import { findHierarchy, type Hierarchy } from './control-groups.ts'

export type RuntimeName = 'crun' | 'runc'

/** A runtime with what it has to work with. */
export type Runtime = {
  name: RuntimeName
  path: string
  user: 'root' | 'ordinary'
  /** null: the kernel bounds neither memory nor processes for us. */
  hierarchy: Hierarchy | null
  /** A tree that this runtime stumbles over, or null. */
  hiddenTree: string | null
}

/** The faster first: crun starts a program in 13 ms, runc in 33 ms. */
export const RUNTIMES: readonly RuntimeName[] = ['crun', 'runc']

export const INSTALL = 'apt-get install --no-install-recommends runc'

/** An ordinary user's PATH often lacks the folders where Debian puts runtimes. */
const FOLDERS = ['/usr/local/sbin', '/usr/local/bin', '/usr/sbin', '/usr/bin', '/sbin', '/bin']

/** @returns the program's absolute path, or null. */
export async function findProgram(name: string): Promise<string | null> {
  for (const folder of [...(process.env.PATH ?? '').split(delimiter), ...FOLDERS]) {
    const path = join(folder, name)
    const found = await access(path, constants.X_OK).then(
      () => true,
      () => false,
    )
    if (folder.startsWith('/') && found) return path
  }
  return null
}

/** The runtimes installed here; whether they work is another question. */
export async function installedRuntimes(choice: 'auto' | RuntimeName): Promise<Runtime[]> {
  const user = process.getuid?.() === 0 ? 'root' : 'ordinary'
  const hierarchy = await findHierarchy()
  const found: Runtime[] = []
  for (const name of choice === 'auto' ? RUNTIMES : [choice]) {
    const path = await findProgram(name)
    if (path === null) continue
    // crun refuses a v2 tree beside v1 trees. Both runtimes run without it.
    const hybrid = '/sys/fs/cgroup/unified'
    const isHybrid = (await readFile('/proc/self/mounts', 'utf8')).includes(` ${hybrid} cgroup2 `)
    found.push({ name, path, user, hierarchy, hiddenTree: name === 'crun' && isHybrid ? hybrid : null })
  }
  return found
}

const cachedPick = z.strictObject({ key: z.string(), name: z.enum(['crun', 'runc']) })

/**
 * The first runtime under which `works` ran a program. What was found is kept in `cacheFile` until a runtime, the
 * kernel or the user changes.
 *
 * @throws {GolemError} `SANDBOX_UNAVAILABLE`
 */
export async function pickRuntime(
  choice: 'auto' | RuntimeName,
  cacheFile: string,
  works: (runtime: Runtime) => Promise<void>,
): Promise<Runtime> {
  const candidates = await installedRuntimes(choice)
  if (candidates.length === 0) throw nothingInstalled(choice)
  const key = await cacheKey(choice, candidates)
  const cached = cachedPick.safeParse(await readJson(cacheFile))
  const known = candidates.find(({ name }) => cached.success && cached.data.key === key && cached.data.name === name)
  if (known !== undefined) return known
  const failures: string[] = []
  for (const runtime of candidates) {
    try {
      await works(runtime)
    } catch (error) {
      failures.push(`${runtime.name}: ${error instanceof Error ? error.message : String(error)}`)
      continue
    }
    await writeFile(cacheFile, JSON.stringify({ key, name: runtime.name }), { mode: 0o600 })
    return runtime
  }
  throw new GolemError({
    code: 'SANDBOX_UNAVAILABLE',
    message: `No sandbox can be started here (${failures.join('; ')}).`,
    remedy: 'Run golem doctor: it names what is missing.',
    data: { failures },
  })
}

function nothingInstalled(choice: 'auto' | RuntimeName): GolemError {
  const wanted = choice === 'auto' ? 'runc or crun' : choice
  return new GolemError({
    code: 'SANDBOX_UNAVAILABLE',
    message: `No container runtime is installed (${wanted}), and no stranger's program runs without one.`,
    remedy: `Install one: ${choice === 'crun' ? INSTALL.replace('runc', 'crun') : INSTALL}`,
  })
}

async function cacheKey(choice: string, candidates: readonly Runtime[]): Promise<string> {
  const facts: unknown[] = [choice, release(), process.getuid?.()]
  for (const { path, hierarchy, hiddenTree } of candidates) {
    facts.push([path, (await stat(path)).mtimeMs, hierarchy, hiddenTree])
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
