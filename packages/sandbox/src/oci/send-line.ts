import type { Writable } from 'node:stream'
import { GolemError } from '@golem/protocol'
import { LINE_LIMIT_BYTES } from '../line-reader.ts'

/** Hands a line to a program; resolves when the pipe has it. @throws {GolemError} `SANDBOX_ENDED` */
export async function sendLine(stdin: Writable, line: string, isEnded: () => boolean): Promise<void> {
  if (line.includes('\n')) throw new TypeError('A line holds a line end.')
  if (Buffer.byteLength(line) > LINE_LIMIT_BYTES) throw new RangeError(`A line exceeds ${LINE_LIMIT_BYTES} bytes.`)
  const error = isEnded()
    ? new Error('it ended before')
    : await new Promise<Error | null | undefined>((resolve) => {
        // A destroyed stream may forget the callbacks of writes that wait.
        const onClose = (): void => resolve(new Error('it ended meanwhile'))
        stdin.once('close', onClose)
        stdin.write(`${line}\n`, (failure) => {
          stdin.off('close', onClose)
          resolve(failure)
        })
      })
  if (!error) return
  throw new GolemError({
    code: 'SANDBOX_ENDED',
    message: 'The sandboxed program has ended and takes no more requests.',
    cause: error,
  })
}
