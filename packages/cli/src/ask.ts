import { createInterface } from 'node:readline/promises'
import type { Io } from './io.ts'

/** One line from the person at the terminal; null for Ctrl-C or the end of input. */
export async function ask({ stdin, stdout }: Io, question: string): Promise<string | null> {
  const lines = createInterface({ input: stdin, output: stdout as NodeJS.WriteStream })
  const ended = new AbortController()
  lines.on('SIGINT', () => lines.close())
  lines.on('close', () => ended.abort())
  try {
    return await lines.question(question, { signal: ended.signal })
  } catch (error) {
    if (ended.signal.aborted) return null
    throw error
  } finally {
    lines.close()
  }
}
