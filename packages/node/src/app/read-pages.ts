import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { extname, join, relative, sep } from 'node:path'

/** A file of the built app, as it is sent. */
export type PageFile = { bytes: Uint8Array<ArrayBuffer>; type: string; etag: string; isForever: boolean }
/** By path from the root, such as `/assets/index-1a2b.js`. */
export type Pages = ReadonlyMap<string, PageFile>

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
  '.json': 'application/json',
  '.webmanifest': 'application/manifest+json',
}

/** The built Golem App, whole: a few megabytes, and no path of a request ever reaches the disk. Empty where it is not built. */
export async function readPages(folder: string): Promise<Pages> {
  const pages = new Map<string, PageFile>()
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => [])
  for (const entry of entries) {
    const type = TYPES[extname(entry.name)]
    if (!entry.isFile() || type === undefined) continue
    const path = join(entry.parentPath, entry.name)
    const bytes = Uint8Array.from(await readFile(path))
    const etag = `"${createHash('sha256').update(bytes).digest('base64url').slice(0, 22)}"`
    const name = `/${relative(folder, path).split(sep).join('/')}`
    // Names under /assets hold a hash of what they name.
    pages.set(name, { bytes, type, etag, isForever: name.startsWith('/assets/') })
  }
  return pages
}
