import { readFile } from 'node:fs/promises'

/**
 * Processors to keep a program on where no control group bounds its share: whole ones, taken around the clock from a
 * random one on, so that not all programs share the first.
 *
 * @param draw in [0, 1)
 */
export async function pinnedCpus(cores: number, draw: number): Promise<number[]> {
  const status = await readFile('/proc/self/status', 'utf8')
  const allowed = parseCpuList(/^Cpus_allowed_list:\s*(\S+)$/m.exec(status)?.[1] ?? '0')
  const first = Math.floor(draw * allowed.length)
  return Array.from({ length: Math.min(allowed.length, Math.ceil(cores)) }, (_, index) => {
    return allowed[(first + index) % allowed.length] as number
  })
}

/** `0-3,8` of the kernel. */
export function parseCpuList(text: string): number[] {
  return text.split(',').flatMap((range) => {
    const [from = 0, to = from] = range.split('-').map(Number)
    return Array.from({ length: to - from + 1 }, (_, index) => from + index)
  })
}
