import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { findHierarchy, removeControlGroup } from './control-groups.ts'
import { isOwnerAlive } from './run-id.ts'

/**
 * Removes what daemons that were killed have left in `runsPath`: folders and control groups, with whatever is in them.
 * Runs of a daemon that lives are left alone.
 *
 * @returns the ids of what was removed
 */
export async function sweep(runsPath: string): Promise<string[]> {
  const leftovers = (await readdir(runsPath)).filter((id) => isOwnerAlive(id) === false)
  const hierarchy = await findHierarchy()
  for (const id of leftovers) {
    if (hierarchy !== null) await removeControlGroup(hierarchy, id)
    await rm(join(runsPath, id), { recursive: true, force: true })
  }
  return leftovers
}
