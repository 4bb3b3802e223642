import { type Bytes32, type Calibrate, domainOf, imageOf, type Signer, signCalibration } from '@golem/protocol'
import { classBy } from '../classes.ts'
import type { Logger } from '../logger.ts'
import type { Agreement } from './agreements.ts'
import type { Inputs } from './inputs.ts'
import type { Programs } from './programs.ts'
import type { Workshop } from './workshop.ts'

type Components = { programs: Programs; inputs: Inputs; workshop: Workshop; signer: Signer; logger: Logger }

/** Where a program would leave files of what it is asked without inputs. */
const OUT_DIR = '/out/class'

/** Computes a class by a requestor's seed, on a lent core, with a program as the agreement's work is computed with, and says it. */
export async function showClass(components: Components, agreement: Agreement, seed: Bytes32): Promise<void> {
  const { inputs, workshop, logger } = components
  const { id, app, record, control } = agreement
  const { calibrate } = app.manifest
  if (calibrate === null) return
  const image = imageOf(app.manifest)
  try {
    if (image !== null) await inputs.bring(id, image, [record.contact], control.signal)
  } catch (error) {
    logger.debug({ agreement: id, error: String(error) }, 'no class was shown')
    return
  }
  workshop.lendCore(agreement, (signal) => compute(components, agreement, { calibrate, seed, signal }))
}

async function compute(
  { programs, signer }: Components,
  agreement: Agreement,
  { calibrate, seed, signal }: { calibrate: Calibrate; seed: Bytes32; signal: AbortSignal },
): Promise<void> {
  const { id, app, terms } = agreement
  const { program, running } = await programs.take({ agreement: id, app, inputs: null }, signal)
  try {
    const hash = await classBy(
      (method, params, options) => running.client.call(method, { ...params, outDir: OUT_DIR }, { ...options, signal }),
      calibrate,
      seed,
    )
    const calibration = signCalibration(signer, domainOf(terms.settlement), id, { seed, hash })
    agreement.outbox?.post({ type: 'calibrated', calibration })
    programs.giveBack(program)
  } catch (error) {
    await programs.discard(program)
    throw error
  }
}
