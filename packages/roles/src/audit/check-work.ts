import type { App, Program, Storage } from '@golem/ports'
import { type Calibration, type FinishedWork, GolemError, type PeerContact, type Verdict } from '@golem/protocol'
import { classBy, kernelsOf } from '../classes.ts'
import { hexOf } from '../hex-of.ts'
import type { LaunchComponents } from '../launch-program.ts'
import { type LocalProgram, startLocalProgram } from '../requestor/local-program.ts'
import { repeatRequest } from './repeat-request.ts'

export type CheckComponents = LaunchComponents & { storage: Storage }

export type WorkToCheck = {
  work: FinishedWork
  /** Of the work's manifest. */
  app: App
  /** What is looked at, where the application looks at parts. */
  seed: string
  /** Opens what is private. */
  contentKey?: Uint8Array | undefined
  /** Who may have inputs and outputs. */
  from: readonly PeerContact[]
  maxInputBytes: number
  /** Measured speed of one core here. */
  speed: number
  /** When what was fetched is computed. Default: at once. */
  inTurn?: InTurn
}
export type InTurn = <T>(act: () => Promise<T>) => Promise<T>

/**
 * Checks a delivery as its requestor would, in this machine's sandbox: for providers that were rejected, for auditors, and
 * for those who judge a dispute. The same seed gives the same verdict, inside a class.
 *
 * @throws {GolemError} `APP_UNKNOWN`, `CLASS_OUT_OF_REACH`, `CONTENT_UNAVAILABLE`, `CONTENT_TOO_LARGE`, `CONTENT_KEY_WRONG`, and the program's own:
 * then nothing was found out
 */
export async function checkWork(
  components: CheckComponents,
  asked: WorkToCheck,
  signal: AbortSignal,
): Promise<Verdict> {
  const { storage, folders, randomBytes } = components
  const { work, app, from, maxInputBytes, inTurn = (act) => act() } = asked
  if (app.manifestCid !== work.terms.manifest)
    throw new GolemError({ code: 'APP_UNKNOWN', message: 'The work is of another application.' })
  const { outputs } = work.delivered
  const name = hexOf(randomBytes(6))
  const owner = `check/${name}`
  try {
    await storage.pin(work.inputs, owner)
    await storage.fetch(work.inputs, { from, maxBytes: maxInputBytes, signal })
    if (outputs !== null) {
      await storage.pin(outputs, owner)
      await storage.fetch(outputs, { from, maxBytes: app.manifest.limits.outputBytes * 2, signal })
    }
    return await inTurn(async () => {
      signal.throwIfAborted()
      const program = await startInClass(components, work, app)
      try {
        return await checkIn(components, program, { ...asked, folder: `checks/${name}`, signal })
      } finally {
        await program.close()
      }
    })
  } finally {
    await folders.remove(await folders.make(`checks/${name}`))
    await storage.unpin(owner)
  }
}

/** The class in which the work was compared; null where it was compared across classes, or has none. */
export const classOfWork = ({ check }: Pick<FinishedWork, 'check'>, { manifest }: App): Calibration | null =>
  check.kind === 'own' && manifest.calibrate !== null ? (check.class ?? null) : null

/**
 * A program that computes in the class in which the work was compared; the machine's own, where it was compared across
 * classes.
 *
 * @throws {GolemError} `CLASS_OUT_OF_REACH` where none here does
 */
async function startInClass(components: CheckComponents, { check }: FinishedWork, app: App): Promise<LocalProgram> {
  const { calibrate } = app.manifest
  const shown = classOfWork({ check }, app)
  if (shown === null || calibrate === null) return startLocalProgram(components, app)
  for (const { env } of kernelsOf(app.manifest)) {
    const program = await startLocalProgram(components, app, env)
    const hash = await classBy(program.call, calibrate, shown.seed).catch(async (error: unknown) => {
      await program.close()
      throw error
    })
    if (hash === shown.hash) return program
    await program.close()
  }
  throw new GolemError({
    code: 'CLASS_OUT_OF_REACH',
    message: 'This machine cannot compute as the one that did the work.',
    remedy: 'Whoever has a processor of that kind can do the check again.',
  })
}

async function checkIn(
  components: CheckComponents,
  program: LocalProgram,
  { work, app, seed, speed, folder, signal, contentKey }: WorkToCheck & { folder: string; signal: AbortSignal },
): Promise<Verdict> {
  const { storage, folders } = components
  const { subtask, delivered, check } = work
  const sealing = contentKey === undefined ? {} : { contentKey }
  const inputs = folders.join(await folders.make(folder), 'in')
  await storage.materialise(work.inputs, inputs, { signal, ...sealing })
  await folders.linkTree(inputs, program.folders.in)
  if (check.kind === 'exact') {
    const { request } = subtask
    return repeatRequest(components, program, { request, delivered, limits: app.manifest.limits, sealing, folder })
  }
  const place = 'delivered'
  if (delivered.outputs !== null)
    await storage.materialise(delivered.outputs, folders.join(program.folders.deliveries, place), {
      signal,
      ...sealing,
    })
  const part = {
    subtask,
    result: delivered.result,
    folder: delivered.outputs === null ? null : `/deliveries/${place}`,
  }
  const speaker: Program = { call: program.call, make: program.make, speed }
  const { parameters, inspection, strategy = { kind: 'custom' } } = check
  const comparison = check.class === undefined ? 'tolerant' : 'exact'
  return app.verify(speaker, { parameters, inspection, part, seed, check: strategy, comparison }, signal)
}
