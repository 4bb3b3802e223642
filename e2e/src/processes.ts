import { readFileSync } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'

/** Resolves when a process that is not one's own child, so that its end cannot be awaited, is gone. */
export async function untilGone(pid: number): Promise<void> {
  while (isAlive(pid)) await sleep(10)
}

/** A zombie counts as gone: it only waits to be collected by its parent. */
export function isAlive(pid: number): boolean {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    // The program's name, in brackets, may itself hold brackets.
    return stat.slice(stat.lastIndexOf(')') + 2, stat.lastIndexOf(')') + 3) !== 'Z'
  } catch {
    return false
  }
}

export type ProcessOnFolder = { pid: number; command: string }

/**
 * The processes that have to do with a folder: by their command line, by where they work, or, as those in a sandbox, by
 * what is mounted there.
 */
export async function processesOn(folder: string): Promise<ProcessOnFolder[]> {
  const found: ProcessOnFolder[] = []
  for (const name of await readdir('/proc')) {
    const pid = Number(name)
    if (!Number.isInteger(pid) || pid === process.pid) continue
    const read = (file: string) => readFile(`/proc/${pid}/${file}`, 'utf8').catch(() => '')
    const [command, mounts] = await Promise.all([read('cmdline'), read('mountinfo')])
    if (command.includes(folder) || mounts.includes(folder))
      found.push({ pid, command: command.replaceAll('\0', ' ').trim() })
  }
  return found
}

/** Where something of a folder is mounted, or into it, as this process sees it. */
export async function mountsOn(folder: string): Promise<string[]> {
  const mounts = await readFile('/proc/self/mountinfo', 'utf8')
  return mounts.split('\n').filter((line) => line.includes(folder))
}

/** The control groups of sandboxes that any of these daemons started; the name of a group tells. */
export async function groupsOf(daemons: readonly number[], root = '/sys/fs/cgroup'): Promise<string[]> {
  const found: string[] = []
  const folders = [root, ...(await readdir(root)).map((name) => `${root}/${name}`)]
  for (const folder of folders) {
    for (const name of await readdir(folder).catch(() => []))
      if (daemons.some((pid) => new RegExp(`^golem-[a-z0-9-]+-${pid}-\\d+-[0-9a-f]{12}$`).test(name)))
        found.push(`${folder}/${name}`)
  }
  return found
}
