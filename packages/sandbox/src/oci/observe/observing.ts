import type { ChildProcess } from 'node:child_process'
import type { Readable } from 'node:stream'
import { GolemError, type Observation } from '@golem/protocol'
import { readLines } from '../../line-reader.ts'
import { findProgram } from '../find-runtime.ts'
import type { Runtime } from '../runtime.ts'
import { RUNTIME_KINDS } from '../runtime-kinds.ts'
import type { Given } from './attempts-of.ts'
import { createObserver } from './observer.ts'
import { traceArguments } from './trace-arguments.ts'

/** After the four that every program has, and the one for its way out. */
const DESCRIPTOR = 5

export type Observing = {
  /** Before the runtime's command. */
  readonly arguments: readonly string[]
  /** Resolves when all of it was told. */
  follow(child: ChildProcess, given: Omit<Given, 'isOwnProcess'>): Promise<Observation>
}

/** @throws {GolemError} `OBSERVATION_UNAVAILABLE` */
export async function observing({ kind, name }: Runtime): Promise<Observing> {
  // gVisor answers calls in a kernel of its own, where nobody outside sees them.
  if (!RUNTIME_KINDS[kind].passesDescriptors)
    throw unavailable(`Under ${name} nobody sees what a program tries.`, 'Run the node with --runtime crun, or runc.')
  const strace = await findProgram('strace')
  if (strace === null)
    throw unavailable('There is no strace here to see what a program tries.', 'Install it: apt-get install strace')
  return {
    arguments: traceArguments(strace, DESCRIPTOR),
    follow: async (child, given) => {
      const observer = createObserver(given)
      const lines = readLines((child.stdio as readonly unknown[])[DESCRIPTOR] as Readable, {
        onBytes: () => undefined,
        onTooLong: () => undefined,
      })
      for await (const line of lines) observer.take(line)
      return observer.observed()
    },
  }
}

const unavailable = (message: string, remedy: string): GolemError =>
  new GolemError({ code: 'OBSERVATION_UNAVAILABLE', message, remedy })
