import { readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/** How a daemon is reached; in its home, readable by its owner alone. */
export type ApiFile = { url: string; token: string; pid: number }

const pathIn = (home: string) => join(home, 'api.json')

/** Appears whole or not at all, mode 0600. */
export async function writeApiFile(home: string, file: ApiFile): Promise<void> {
  const path = pathIn(home)
  const draft = `${path}.${process.pid}`
  await rm(draft, { force: true })
  await writeFile(draft, `${JSON.stringify(file)}\n`, { mode: 0o600, flag: 'wx' })
  await rename(draft, path)
}

/** null where no daemon wrote one, or something else did. */
export async function readApiFile(home: string): Promise<ApiFile | null> {
  let value: unknown
  try {
    value = JSON.parse(await readFile(pathIn(home), 'utf8'))
  } catch {
    return null
  }
  if (typeof value !== 'object' || value === null) return null
  const { url, token, pid } = value as Partial<Record<keyof ApiFile, unknown>>
  if (typeof url !== 'string' || typeof token !== 'string' || typeof pid !== 'number') return null
  return { url, token, pid }
}

/** Removes the file where it is still this process's own: a daemon started meanwhile keeps its own. */
export async function removeApiFile(home: string, pid: number): Promise<void> {
  const file = await readApiFile(home)
  if (file?.pid === pid) await rm(pathIn(home), { force: true })
}
