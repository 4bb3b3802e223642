import { readdir, rm, rmdir } from 'node:fs/promises'
import { join } from 'node:path'
import { RUNTIME_GROUP, removeControlGroup } from './control-groups.ts'
import { findHierarchy } from './find-hierarchy.ts'
import { isOwnerAlive } from './run-id.ts'

/**
 * Removes what daemons that were killed have left in `runsPath`: folders and control groups, with whatever is in them.
 * Runs of a daemon that lives are left alone.
 *
 * @returns the ids of what was removed
 */
export async function sweep(runsPath: string): Promise<string[]> {
  const hierarchy = await findHierarchy()
  // Of daemons whose folders went with them. Empty ones only: a daemon of another pid namespace seems dead from here.
  for (const tree of hierarchy?.trees ?? []) {
    for (const id of await readdir(tree)) {
      if (isOwnerAlive(id) !== false) continue
      await rmdir(join(tree, id, RUNTIME_GROUP)).catch(() => undefined)
      await rmdir(join(tree, id)).catch(() => undefined)
    }
  }
  const leftovers = (await readdir(runsPath)).filter((id) => isOwnerAlive(id) === false)
  for (const id of leftovers) {
    if (hierarchy !== null) await removeControlGroup(hierarchy, id)
    await rm(join(runsPath, id), { recursive: true, force: true })
  }
  return leftovers
}
