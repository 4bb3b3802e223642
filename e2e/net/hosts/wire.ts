import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join, resolve } from 'node:path'
import { run } from './run.ts'

export type End = { namespace: string; interface: string }

/** A cable that can be made slow, lossy, or dead. It works like a new one at first. */
export type Wire = {
  /** One way; both ways lose. */
  shape(how: { delayMs: number; lossPercent: number }): void
  /** Nothing passes any more, and nobody is told. */
  cut(): void
  /** As it was before it was cut. */
  mend(): void
  stop(): Promise<void>
}

/** Makes cables. */
export type WireMaker = { make(one: End, other: End): Promise<Wire>; stop(): Promise<void> }

/** @param folder where the program is put that carries what goes through them: it is compiled once */
export async function wireMaker(folder: string): Promise<WireMaker> {
  const program = join(folder, 'wire')
  await run('cc', ['-O2', '-o', program, resolve(import.meta.dirname, 'wire.c')])
  const wires = new Set<Wire>()
  return {
    async make(one, other) {
      const child = spawn(program, [one.namespace, one.interface, other.namespace, other.interface], {
        stdio: ['pipe', 'pipe', 'inherit'],
      })
      const [said] = await Promise.race([once(child.stdout, 'data'), once(child, 'exit')])
      if (String(said).trim() !== 'ready') throw new Error(`no wire between ${one.namespace} and ${other.namespace}`)
      const wire = wireOf(child, () => wires.delete(wire))
      wires.add(wire)
      return wire
    },
    stop: async () => void (await Promise.all([...wires].map((wire) => wire.stop()))),
  }
}

function wireOf(child: ChildProcess, onStop: () => void): Wire {
  let now = { delayMs: 0, lossPercent: 0 }
  const tell = ({ delayMs, lossPercent }: typeof now) =>
    child.stdin?.write(`${Math.round(delayMs * 1_000)} ${Math.round(lossPercent * 10_000)}\n`)
  return {
    shape(how) {
      now = how
      tell(now)
    },
    cut: () => void tell({ ...now, lossPercent: 100 }),
    mend: () => void tell(now),
    async stop() {
      onStop()
      if (child.exitCode !== null || child.signalCode !== null) return
      const ended = once(child, 'exit')
      child.stdin?.end()
      await ended
    },
  }
}
