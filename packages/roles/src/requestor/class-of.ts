import { compareHow } from '@golem/market'
import {
  type Bytes32,
  type Calibration,
  type CheckStrategy,
  domainOf,
  isCalibrationSignedBy,
  MAX_CROPS,
} from '@golem/protocol'
import { exclude } from './attempts.ts'
import type { JobDesk, LinkNotes } from './job-desk.ts'
import { agreementOf, ownCheckOf } from './job-state.ts'
import type { Look } from './look.ts'
import type { Workbench } from './workbench.ts'

/** A provider that was asked for its class has so long to say it, and is checked tolerantly from then on. */
const CALIBRATION_PATIENCE_MS = 20_000
/** What is only alike is looked at in so many times as many places. */
const TOLERANT_FACTOR = 2

/** Once in a stream, where its programs can say: GPUs give no class. */
export function askForClass(desk: JobDesk, notes: LinkNotes): void {
  const { calibrate, gpu } = desk.services.app.manifest
  if (calibrate === null || gpu || !notes.link.speaksClasses) return
  notes.calibrating = Promise.withResolvers()
  notes.link.send({ type: 'calibrate', seed: desk.classSeed })
}

export function onCalibrated(desk: JobDesk, id: Bytes32, shown: Calibration): void {
  const notes = desk.links.get(id)
  const { terms } = agreementOf(desk.state, id)
  if (!notes || notes.calibrating === null || shown.seed !== desk.classSeed) return
  const domain = domainOf(terms.settlement)
  if (!isCalibrationSignedBy(terms.provider, domain, id, shown, desk.services.recoverSigner)) {
    exclude(desk, id, 'It signed its class wrongly.')
    return
  }
  notes.calibration = shown
  notes.calibrating.resolve()
  desk.wake()
}

/** To the last bit where this machine can compute in the provider's class; else tolerantly, and more of it. */
export async function lookAt(desk: JobDesk, bench: Workbench, agreement: Bytes32): Promise<Look> {
  const { strategy } = ownCheckOf(desk.state)
  const shown = await calibrationOf(desk, agreement)
  const kernel = shown && (await bench.reproduce(shown.hash))
  const how =
    shown &&
    compareHow({
      providerClass: shown.hash,
      checkerClasses: kernel === null ? [] : [shown.hash],
      tolerance: { detection: 1 },
    })
  if (how?.kind === 'exact') return { comparison: 'exact', strategy, kernel, shown }
  return { comparison: 'tolerant', strategy: moreOf(strategy), kernel: null, shown: null }
}

const moreOf = (strategy: CheckStrategy): CheckStrategy =>
  strategy.kind === 'crops' ? { ...strategy, crops: Math.min(MAX_CROPS, TOLERANT_FACTOR * strategy.crops) } : strategy

/** Waits for one that was asked and has not answered yet: what it delivered meanwhile is compared in it, too. */
export async function calibrationOf(desk: JobDesk, agreement: Bytes32): Promise<Calibration | null> {
  const notes = desk.links.get(agreement)
  if (notes?.calibrating != null) {
    const answered = new AbortController()
    const signal = AbortSignal.any([desk.signal, answered.signal])
    const timeout = desk.services.clock.sleep(CALIBRATION_PATIENCE_MS, { signal }).catch(() => undefined)
    await Promise.race([notes.calibrating.promise, timeout])
    answered.abort()
    desk.signal.throwIfAborted()
    // Silence is waited for once.
    notes.calibrating.resolve()
  }
  return notes?.calibration ?? null
}
