import { accessSync, constants } from 'node:fs'
import { createRequire } from 'node:module'
import { delimiter, dirname, join } from 'node:path'
import { GolemError } from '@golem/protocol'

/**
 * The anvil that npm installed, else the one on PATH.
 *
 * @throws {GolemError} `ANVIL_MISSING`
 */
export function findAnvil(): string {
  const found = [...packaged(), ...(process.env.PATH ?? '').split(delimiter).map((folder) => join(folder, 'anvil'))]
  const path = found.find(isExecutable)
  if (path !== undefined) return path
  throw new GolemError({
    code: 'ANVIL_MISSING',
    message: 'The development chain needs anvil, which is not installed here.',
    remedy: 'Run `npm install` again, or install Foundry (https://getfoundry.sh), or use a chain of your own.',
  })
}

function packaged(): string[] {
  const arch = process.arch === 'x64' ? 'amd64' : process.arch
  try {
    const manifest = createRequire(import.meta.url).resolve(
      `@foundry-rs/anvil-${process.platform}-${arch}/package.json`,
    )
    return [join(dirname(manifest), 'bin/anvil')]
  } catch {
    return []
  }
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}
