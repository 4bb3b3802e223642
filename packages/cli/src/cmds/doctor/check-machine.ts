import { spawn } from 'node:child_process'
import type { Check } from '@golem/api'
import type { CheckReport } from '@golem/api/daemon-start'

/** Programs are started in every runtime, and each application's once. */
const PATIENCE_MS = 120_000

/**
 * Runs the program that looks at this machine.
 *
 * @param entry its module
 * @returns what it found; where it ends without a word, that
 */
export function checkMachine(entry: string, home: string): Promise<Check[]> {
  const child = spawn(process.execPath, [entry, home], {
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    timeout: PATIENCE_MS,
    killSignal: 'SIGKILL',
  })
  let said = ''
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(-2_000)
  })
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('message', (message) => resolve((message as CheckReport).checks))
    child.once('close', (code, signal) => {
      const reason = /^\w*Error: .*$/m.exec(said)?.[0] ?? ''
      const detail = `The examination ended by itself (${signal ?? `code ${code}`}). ${reason}`.trim()
      resolve([{ name: 'examination', ok: false, detail, remedy: 'Report this; it is a defect of golem.' }])
    })
  })
}
