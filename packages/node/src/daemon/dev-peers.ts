import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Address, PeerContact } from '@golem/protocol'
import { z } from 'zod'

const entry = z.object({ pid: z.number().int(), addresses: z.array(z.string()) })

/** Addresses of the daemons that share a development chain, in its folder: nobody needs to pass them on by hand. */
export type DevPeers = { bootstrap: string[]; announce(contact: PeerContact): Promise<void>; leave(): Promise<void> }

export async function openDevPeers(devDir: string, self: Address): Promise<DevPeers> {
  const folder = join(devDir, 'peers')
  await mkdir(folder, { recursive: true })
  const mine = join(folder, `${self}.json`)
  const bootstrap: string[] = []
  for (const name of await readdir(folder)) {
    const text = await readFile(join(folder, name), 'utf8').catch(() => null)
    const parsed = name.endsWith('.json') && text !== null ? entry.safeParse(parseJson(text)) : null
    if (!parsed?.success) continue
    if (isAlive(parsed.data.pid) && join(folder, name) !== mine) bootstrap.push(...parsed.data.addresses)
    else await rm(join(folder, name), { force: true })
  }
  return {
    bootstrap,
    announce: async ({ addresses }) => {
      const draft = `${mine}.draft`
      await writeFile(draft, JSON.stringify({ pid: process.pid, addresses }))
      await rename(draft, mine)
    },
    leave: () => rm(mine, { force: true }),
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
