import type { SandboxProcess, SandboxSpec } from '@golem/ports'
import type { Limits } from '@golem/protocol'

const MIB = 1024 ** 2

/** Enough for a program that does next to nothing. */
export const PROBE_LIMITS: Limits = {
  memoryBytes: 64 * MIB,
  pids: 16,
  cores: 1,
  wallMs: 10_000,
  diskBytes: MIB,
  outputBytes: MIB,
  fileBytes: MIB,
  outputFiles: 1,
  logBytes: MIB,
}

const PROBE: SandboxSpec = {
  name: 'probe',
  runtime: { kind: 'oci', root: 'host-tools' },
  argv: ['true'],
  env: {},
  mounts: [],
  outbound: [],
  limits: PROBE_LIMITS,
}

/** Runs `true` with `start`. @throws {Error} with what went wrong, when it does not run to its end in 10 s. */
export async function probe(
  start: (spec: SandboxSpec, options: { signal: AbortSignal }) => Promise<SandboxProcess>,
): Promise<void> {
  const signal = AbortSignal.timeout(PROBE_LIMITS.wallMs)
  const process = await start(PROBE, { signal })
  const kill = (): void => void process.kill()
  signal.addEventListener('abort', kill, { once: true })
  const { code, logTail } = await process.exited
  signal.removeEventListener('abort', kill)
  if (code !== 0)
    throw new Error(`a program that does nothing ended with ${code ?? 'a signal'}. ${logTail.trim()}`.trim())
}
