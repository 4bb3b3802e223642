import { lstat } from 'node:fs/promises'
import { isAbsolute, normalize } from 'node:path'
import type { SandboxSpec } from '@golem/ports'
import { GolemError } from '@golem/protocol'
import type { Identity } from './identity.ts'

/** Top-level folders that make up the sandbox itself; nothing is mounted on them or below. */
const OWN = ['usr', 'bin', 'sbin', 'lib', 'lib32', 'lib64', 'libx32', 'etc', 'proc', 'dev', 'sys', 'tmp']

const NAME = /^[a-z0-9-]{1,60}$/

/**
 * Refuses what no sandbox can be made of, before anything is made.
 *
 * @throws {GolemError} `SANDBOX_START_FAILED`
 */
export async function checkSpec(spec: SandboxSpec, identity: Identity): Promise<void> {
  if (!NAME.test(spec.name)) throw refused(`The sandbox name ${JSON.stringify(spec.name)} is not [a-z0-9-]{1,60}.`)
  const hasOwnProgram = spec.runtime.kind === 'oci' && spec.runtime.root === 'image'
  if (spec.argv.length === 0 && !hasOwnProgram) throw refused('There is no program to run: argv is empty.')
  const texts = [...spec.argv, ...Object.entries(spec.env).flat(), ...spec.mounts.flatMap((m) => [m.source, m.target])]
  if (texts.some((text) => text.includes('\0'))) throw refused('An argument, variable or path holds a zero byte.')
  if (Object.keys(spec.env).some((name) => name === '' || name.includes('='))) {
    throw refused('A variable of the environment has no name, or one with "=".')
  }
  const targets = new Set<string>()
  for (const { source, target, writable } of spec.mounts) {
    const top = target.split('/')[1] ?? ''
    if (!isAbsolute(target) || normalize(target) !== target || target.endsWith('/') || OWN.includes(top)) {
      throw refused(`${target} cannot be a mount point.`, 'Use a path like /in or /out.')
    }
    if (targets.has(target)) throw refused(`${target} is mounted twice.`)
    targets.add(target)
    const found = await lstat(source).catch(() => null)
    if (found === null) throw refused(`There is no ${source} to be mounted at ${target}.`)
    if (!found.isDirectory() && !found.isFile()) throw refused(`${source} is neither a folder nor a file.`)
    // Who reads it inside is nobody outside. What lies deeper may be unreadable too; the program then says so.
    const needed = found.isDirectory() ? 0o5 : 0o4
    if (identity.owner !== null && !writable && (found.mode & needed) !== needed) {
      throw refused(
        `${source} is not readable in the sandbox: its mode is ${(found.mode & 0o777).toString(8)}.`,
        'Let others read it (chmod o+rX); who may reach it is decided by the folder around it.',
      )
    }
  }
}

const refused = (message: string, remedy?: string): GolemError =>
  new GolemError({ code: 'SANDBOX_START_FAILED', message, ...(remedy === undefined ? {} : { remedy }) })
