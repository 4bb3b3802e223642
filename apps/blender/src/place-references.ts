import { createHash } from 'node:crypto'
import { posix } from 'node:path'
import type { InputFile, LaidInput } from '@golem/sdk'
import type { Reference } from './worker-answers.ts'

/** Where the .blend lies under /in; deep enough for a `//../textures` to stay inside. */
export const SCENE_FOLDER = 'project/scene'
const OUTSIDE = 'outside'

export type Placement = {
  /** Every file that the references name, with its place. */
  files: InputFile[]
  /** For references whose own path means nothing in the sandbox: that path, and the path there. */
  remap: Record<string, string>
  /** References without any file, by what is laid so far. */
  missing: Reference[]
  /** Those whose file is there, and does not travel. */
  withheld: Reference[]
}

/**
 * Decides where the files lie that a .blend refers to. A relative path keeps its meaning where it can, so that Blender finds the
 * file by itself; an absolute one, or one that climbs out of /in, goes to a folder of its own and is remapped.
 *
 * A library brings references of its own, which show only when it is laid: ask again then.
 */
export function placeReferences(references: readonly Reference[], laid: readonly LaidInput[]): Placement {
  const hostOf = new Map(laid.map(({ path, as }) => [`/in/${as}`, path]))
  const presentAt = new Set(laid.filter(({ present }) => present).map(({ as }) => `/in/${as}`))
  const withheldAt = new Set(laid.filter(({ withheld }) => withheld).map(({ as }) => `/in/${as}`))
  const main = laid[0]?.path ?? '/'
  const files = new Map<string, InputFile>()
  const remap: Record<string, string> = {}
  const missing: Reference[] = []
  const withheld: Reference[] = []
  for (const reference of references) {
    const owner = reference.owner === null ? main : hostOf.get(reference.owner)
    // The owner is itself missing, or was put into the file by hand.
    if (owner === undefined) continue
    const places = reference.files.map((resolved) => place(resolved, reference, owner, hostOf))
    for (const { path, as } of places) if (files.size < 10_000) files.set(as, { path, as })
    if (!places.some(({ as }) => presentAt.has(`/in/${as}`))) {
      const list = places.some(({ as }) => withheldAt.has(`/in/${as}`)) ? withheld : missing
      list.push(reference)
      continue
    }
    const own = place(reference.resolved, reference, owner, hostOf)
    if (`/in/${own.as}` !== reference.resolved) remap[reference.resolved] = `/in/${own.as}`
  }
  return { files: [...files.values()], remap, missing, withheld }
}

function place(resolved: string, reference: Reference, owner: string, hostOf: ReadonlyMap<string, string>): InputFile {
  const known = hostOf.get(resolved)
  const inside = resolved.startsWith('/in/')
  if (known !== undefined) return { path: known, as: resolved.slice('/in/'.length) }
  const path = onHost(resolved, reference, owner)
  if (inside && reference.path.startsWith('//')) return { path, as: resolved.slice('/in/'.length) }
  const folder = createHash('sha256').update(posix.dirname(path)).digest('hex').slice(0, 12)
  return { path, as: `${OUTSIDE}/${folder}/${posix.basename(path)}` }
}

/** The path of one of a reference's files on the person's machine. */
function onHost(resolved: string, { path, resolved: first }: Reference, owner: string): string {
  if (!path.startsWith('//')) return posix.normalize(resolved)
  const own = posix.join(posix.dirname(owner), path.slice(2).replaceAll('\\', '/'))
  return resolved === first ? own : posix.join(own, posix.relative(first, resolved))
}
