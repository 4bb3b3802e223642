import { readdir, readFile } from 'node:fs/promises'

/** Every process that one has started, and those have; the nearest first. */
export async function processesBelow(pid: number): Promise<number[]> {
  const found: number[] = []
  const left = [pid]
  for (let next = left.shift(); next !== undefined; next = left.shift()) {
    for (const thread of await readdir(`/proc/${next}/task`).catch(() => [])) {
      const children = await readFile(`/proc/${next}/task/${thread}/children`, 'utf8').catch(() => '')
      const pids = children.split(' ').filter(Boolean).map(Number)
      found.push(...pids)
      left.push(...pids)
    }
  }
  return found
}
