import { canonicalJson, type Json, type Verdict } from '@golem/protocol'
import { sealingOf } from './content-key.ts'
import type { JobDesk } from './job-desk.ts'
import { type Attempt, subtaskOf } from './job-state.ts'
import type { LocalProgram } from './local-program.ts'
import type { Workbench } from './workbench.ts'

/** The check of work that gives the same everywhere: this machine's own program does it again, to the last bit. */
export const repeatExactly = (desk: JobDesk, bench: Workbench, attempt: Attempt): Promise<Verdict> =>
  bench.enqueue((program) => repeat(desk, program, attempt))

/** The same for several, which the program is asked for at once. */
export const repeatTogether = (
  desk: JobDesk,
  bench: Workbench,
  attempts: readonly Attempt[],
): Promise<Map<Attempt, Verdict>> =>
  bench.enqueue(
    async (program) =>
      new Map(
        await Promise.all(attempts.map(async (attempt) => [attempt, await repeat(desk, program, attempt)] as const)),
      ),
  )

async function repeat(desk: JobDesk, program: LocalProgram, attempt: Attempt): Promise<Verdict> {
  const { method, params } = subtaskOf(desk.state, attempt.subtask).subtask.request
  const { result, outDir } = await program.ask(method, params)
  const delivered = attempt.delivery
  const outputs = outDir === null && delivered?.outputs === null ? null : await cidOf(desk, program, outDir)
  const isSame =
    canonicalJson(result) === canonicalJson(delivered?.result ?? null) && outputs === (delivered?.outputs ?? null)
  const how = 'computed again'
  if (isSame) return { accepted: true, how: `${how}: equal to the last bit` }
  return {
    accepted: false,
    how,
    code: 'RESULT_DIFFERS',
    message: 'What was delivered is not what the program gives here.',
    evidence: { result: excerpt(result), outputs },
  }
}

/** What was delivered is taken as it is. */
export const unseen = (share: number): Verdict => ({
  accepted: true,
  how: `taken unseen: ${Math.round(share * 1_000) / 10} % are computed again`,
})

async function cidOf(desk: JobDesk, program: LocalProgram, outDir: string | null): Promise<string> {
  const { folders, sandbox, storage, app, randomBytes } = desk.services
  const name = Array.from(randomBytes(8), (byte) => byte.toString(16).padStart(2, '0')).join('')
  const folder = await folders.make(`jobs/${desk.state.request.id}/again-${name}`)
  try {
    const clean = folders.join(folder, 'files')
    if (outDir === null) await folders.make(`jobs/${desk.state.request.id}/again-${name}/files`)
    else await sandbox.collect(program.hostPath(outDir), clean, app.manifest.limits)
    return (await storage.addPath(clean, sealingOf(desk.state.request))).cid
  } finally {
    await folders.remove(folder)
  }
}

const MAX_EXCERPT = 2_000

/** Of evidence that is kept for ever, as much as a person reads. */
function excerpt(result: Json): Json {
  const text = canonicalJson(result)
  return text.length <= MAX_EXCERPT ? result : text.slice(0, MAX_EXCERPT)
}
