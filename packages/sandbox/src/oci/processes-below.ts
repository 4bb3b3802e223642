import { kernelFile, kernelFolder } from './kernel-file.ts'

/** Every process that one has started, and those have; the nearest first. */
export function processesBelow(pid: number): number[] {
  const found: number[] = []
  const left = [pid]
  for (let next = left.shift(); next !== undefined; next = left.shift()) {
    for (const thread of kernelFolder(`/proc/${next}/task`)) {
      const children = kernelFile(`/proc/${next}/task/${thread}/children`)
      const pids = children.split(' ').filter(Boolean).map(Number)
      found.push(...pids)
      left.push(...pids)
    }
  }
  return found
}
