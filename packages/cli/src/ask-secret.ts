import { createInterface } from 'node:readline/promises'
import { Writable } from 'node:stream'
import type { Io } from './io.ts'

/** One line that is not shown while it is typed; null for Ctrl-C or the end of input. */
export async function askSecret({ stdin, stdout }: Io, question: string): Promise<string | null> {
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() })
  stdout.write(question)
  const lines = createInterface({ input: stdin, output: nowhere, terminal: true })
  const ended = new AbortController()
  lines.on('SIGINT', () => lines.close())
  lines.on('close', () => ended.abort())
  try {
    return await lines.question('', { signal: ended.signal })
  } catch (error) {
    if (ended.signal.aborted) return null
    throw error
  } finally {
    lines.close()
    stdout.write('\n')
  }
}
