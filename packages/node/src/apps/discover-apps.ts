import { readdir, readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { z } from 'zod'

/** The folder that holds packages, applications and their dependencies. */
export const INSTALL_ROOT = resolve(import.meta.dirname, '../../../..')

const appPackage = z.object({ golem: z.object({ app: z.string() }) })

/** Modules of the applications that came with this installation: every folder of `apps` whose package.json names one. */
export async function discoverApps(root = INSTALL_ROOT): Promise<string[]> {
  const folder = join(root, 'apps')
  const modules: string[] = []
  for (const name of (await readdir(folder)).sort()) {
    const text = await readFile(join(folder, name, 'package.json'), 'utf8').catch(() => null)
    const parsed = text === null ? null : appPackage.safeParse(JSON.parse(text))
    if (parsed?.success) modules.push(resolve(folder, name, parsed.data.golem.app))
  }
  return modules
}
