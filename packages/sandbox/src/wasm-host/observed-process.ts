import type { SandboxProcess } from '@golem/ports'
import { observation } from '@golem/protocol'
import { attemptTally } from '../attempt-tally.ts'
import { OBSERVED_LINE } from './host-options.ts'

const said = observation.omit({ processes: true })

/** Takes what a worker says of its modules out of its lines, and tells the last of it with its end. */
export function observedProcess(process: SandboxProcess): SandboxProcess {
  let told = attemptTally().sum()
  const lines = async function* (): AsyncGenerator<string, void, undefined> {
    for await (const line of process.lines) {
      if (line.startsWith(OBSERVED_LINE)) told = said.parse(JSON.parse(line.slice(OBSERVED_LINE.length)))
      else yield line
    }
  }
  // A module has no processes but the one that it is in.
  const processes = { started: 1, atMost: 1, refused: 0 }
  return {
    ...process,
    lines: lines(),
    exited: process.exited.then((exit) => ({ ...exit, observation: { ...told, processes } })),
  }
}
