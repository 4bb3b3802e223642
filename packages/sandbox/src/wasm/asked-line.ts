/** Where a module leaves its files. */
export const OUT_DIR = '/out'
const SEEN_ID = 1

/** A request to a module that speaks the protocol. */
export type AskedLine = {
  /** What the module reads. */
  seen: string
  /** Where what it leaves is kept. */
  outDir: string
  /** Its answer, as whoever asked waits for it. */
  answered(line: string): string
}

/**
 * What a module sees of a request is the same wherever and whenever it is asked: neither the number of the request nor the folder
 * in which its files are kept, so that it cannot answer whoever checks it otherwise than its provider.
 */
export function askedLine(line: string): AskedLine {
  const request = parsed(line)
  if (!isObject(request) || !('id' in request)) return { seen: line, outDir: OUT_DIR, answered: (text) => text }
  const { id, params } = request
  const named = isObject(params) && typeof params.outDir === 'string' ? params.outDir : null
  const seen = named === null ? request : { ...request, params: { ...(params as object), outDir: OUT_DIR } }
  return {
    seen: JSON.stringify({ ...seen, id: SEEN_ID }),
    outDir: named ?? OUT_DIR,
    answered: (text) => {
      const said = parsed(text)
      // Whatever else it says is judged by whoever reads it.
      return isObject(said) && said.id === SEEN_ID ? JSON.stringify({ ...said, id }) : text
    },
  }
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
