import type { JobDetail, JobGroup } from '@golem/api'

export type Part = JobDetail['list'][number]

/** A frame as people see it: its own group with its tiles, or one of several that are computed together. */
export type Frame = {
  /** Unique in the job. */
  key: string
  group: string
  /** Its number, as people say it. */
  name: string
  parts: Part[]
  accepted: number
  state: 'waiting' | 'running' | 'checking' | 'done'
  /** Its finished file, once there is one. */
  output: string | null
  /** Nobody else is in its group, so that its parts show before it is finished. */
  isAlone: boolean
  /** How often it was ordered again: its picture is another each time. */
  redone: number
}

/** Frames in the order of the plan, with the files that were made of them. */
export function framesOf({ list, results }: Pick<JobDetail, 'list' | 'results'>): Frame[] {
  const parts = new Map<string, Part[]>()
  for (const part of list) {
    const known = parts.get(part.group)
    if (known === undefined) parts.set(part.group, [part])
    else known.push(part)
  }
  return results.flatMap((result) => {
    const own = parts.get(result.id) ?? []
    const accepted = own.filter(({ state }) => state === 'accepted').length
    const state = result.files.length > 0 ? 'done' : stateOf(own, accepted)
    return namesOf(result).map((name) => ({
      key: `${result.id}/${name}`,
      group: result.id,
      name,
      parts: own,
      accepted,
      state,
      output: result.files.find((file) => numberOf(file) === Number(name)) ?? null,
      isAlone: result.count === 1,
      redone: result.redone,
    }))
  })
}

function stateOf(parts: readonly Part[], accepted: number): Frame['state'] {
  if (parts.length > 0 && accepted === parts.length) return 'checking'
  if (parts.some(({ state }) => state === 'running')) return 'running'
  if (parts.some(({ state }) => state === 'checking')) return 'checking'
  return 'waiting'
}

/** `frame-7` is 7, and `frames-1-9` of five frames are 1, 3, 5, 7 and 9. */
function namesOf({ id, label, count, files }: JobGroup): string[] {
  const known = files.map(numberOf).filter((number) => number !== null)
  if (known.length === count) return known.sort((a, b) => a - b).map(String)
  const [, first, last] = /^frames?-(\d+)(?:-(\d+))?$/.exec(id) ?? []
  if (first === undefined)
    return Array.from({ length: count }, (_, index) => (count === 1 ? label : `${label} ${index + 1}`))
  const step = count > 1 ? (Number(last) - Number(first)) / (count - 1) : 1
  return Array.from({ length: count }, (_, index) => String(Math.round(Number(first) + index * step)))
}

/** `shot_0007.png` is of frame 7; a movie, or a file in a folder of its own, of none. */
function numberOf(output: string): number | null {
  const found = /^[^/]*?(\d+)\.(png|jpe?g|exr|tiff?|webp)$/i.exec(output)?.[1]
  return found === undefined ? null : Number(found)
}

/** Where a small picture of a frame is; it is another with every part, so that its address is another too. */
export function previewUrl(jobId: string, { group, accepted, output, isAlone, redone }: Frame): string | null {
  const at = `/v1/jobs/${encodeURIComponent(jobId)}/preview?group=${encodeURIComponent(group)}${again(redone)}`
  if (output !== null) return `${at}&file=${encodeURIComponent(output)}`
  return isAlone && accepted > 0 ? `${at}&of=${accepted}` : null
}

export const outputUrl = (jobId: string, name: string, redone = 0): string =>
  `/v1/jobs/${encodeURIComponent(jobId)}/output?name=${encodeURIComponent(name)}${again(redone)}`

/** The daemon reads nothing of it: an address that is another is fetched anew. */
const again = (redone: number): string => (redone === 0 ? '' : `&again=${redone}`)

/** What a browser shows by itself. */
export const isShown = (name: string): boolean => /\.(png|jpe?g|webp)$/i.test(name)
