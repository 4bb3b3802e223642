import { EventEmitter } from 'node:events'
import { PassThrough, Writable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import type { Io } from '../src/io.ts'

export type TestIo = Io & {
  out(): string
  err(): string
  /** Addresses that a browser was asked to open. */
  readonly opened: readonly string[]
  /** Presses Ctrl-C. */
  interrupt(): void
  /** Types a line once the output shows `question`. */
  answer(question: string, line: string): void
}

/** A process's edges, kept in memory. `terminal`: stdin and stdout are one, 100 columns wide. */
export function testIo({ cwd, terminal = false }: { cwd: string; terminal?: boolean }): TestIo {
  const keys = new EventEmitter()
  const out = sink(terminal)
  const err = sink(false)
  const opened: string[] = []
  const stdin = Object.assign(new PassThrough(), { isTTY: terminal })
  return {
    stdout: out.stream,
    stderr: err.stream,
    stdin,
    env: { NO_COLOR: '1' },
    cwd,
    daemonEntry: fileURLToPath(new URL('./memory-daemon.ts', import.meta.url)),
    toolEntry: fileURLToPath(import.meta.resolve('@golem/node/tool')),
    checkEntry: fileURLToPath(new URL('./memory-check.ts', import.meta.url)),
    now: Date.now,
    opened,
    openUrl: (url) => opened.push(url) > 0,
    onInterrupt: (handler) => {
      keys.on('interrupt', handler)
      return () => void keys.off('interrupt', handler)
    },
    out: out.text,
    err: err.text,
    interrupt: () => void keys.emit('interrupt'),
    answer: (question, line) => {
      out.stream.on('shown', function typed() {
        if (!out.text().includes(question)) return
        out.stream.off('shown', typed)
        stdin.write(`${line}\n`)
      })
    },
  }
}

function sink(terminal: boolean) {
  let text = ''
  const stream = new Writable({
    write(chunk, _encoding, done) {
      text += String(chunk)
      stream.emit('shown')
      done()
    },
  })
  return { stream: Object.assign(stream, { isTTY: terminal, columns: 100, rows: 40 }), text: () => text }
}
