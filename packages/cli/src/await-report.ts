import type { ChildProcess } from 'node:child_process'
import type { DaemonAnswer, DaemonQuestion, DaemonReport } from '@golem/api/daemon-start'
import { GolemError } from '@golem/protocol/errors'
import { errorOfProblem } from './error-of-problem.ts'

export type ReportOptions = {
  signal: AbortSignal
  /** How long it may say nothing; the time in which a person is asked does not count. */
  patienceMs: number
  answer: (question: DaemonQuestion) => Promise<DaemonAnswer>
  /** Where it says why it ended. */
  logFile: string
}

/**
 * Waits until a daemon's process says how its start went, and answers what it asks on the way.
 *
 * @throws {GolemError} what it said of its failure, `DAEMON_ENDED`, `DAEMON_SLOW`
 */
export function awaitReport<Ready>(child: ChildProcess, options: ReportOptions): Promise<Ready> {
  const { signal, patienceMs, answer, logFile } = options
  const { promise, resolve, reject } = Promise.withResolvers<Ready>()
  let timer: NodeJS.Timeout | undefined
  const wait = () => {
    timer = setTimeout(() => reject(slow(patienceMs, logFile)), patienceMs)
  }
  const onMessage = (message: unknown) => {
    clearTimeout(timer)
    const told = message as DaemonReport
    if ('question' in told) {
      answer(told.question).then((said) => {
        if (child.connected) child.send({ answer: said })
        wait()
      }, reject)
    } else if ('ready' in told) resolve(told.ready as Ready)
    else reject(errorOfProblem(told.problem))
  }
  // Not `exit`, which may come before the last message.
  const onClose = (code: number | null, by: string | null) => reject(ended(code, by, logFile))
  const onAbort = () => reject(signal.reason)
  wait()
  child.on('message', onMessage).once('error', reject).once('close', onClose)
  signal.addEventListener('abort', onAbort, { once: true })
  return promise.finally(() => {
    clearTimeout(timer)
    child.off('message', onMessage).off('error', reject).off('close', onClose)
    signal.removeEventListener('abort', onAbort)
  })
}

const slow = (patienceMs: number, logFile: string) =>
  new GolemError({
    code: 'DAEMON_SLOW',
    message: `The daemon did not get ready within ${patienceMs / 1_000} s.`,
    remedy: `${logFile} says how far it came.`,
  })

const ended = (code: number | null, by: string | null, logFile: string) =>
  new GolemError({
    code: 'DAEMON_ENDED',
    message: `The daemon ended while starting (${by ?? `code ${code}`}).`,
    remedy: `${logFile} says why.`,
  })
