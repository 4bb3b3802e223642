import type { Store } from '@golem/ports'
import { type Bytes32, bytes32, GolemError, hashText } from '@golem/protocol'
import { type LaunchComponents, launchProgram, type RunningProgram, sourceOf } from '@golem/roles'
import { z } from 'zod'
import type { LoadedApp } from './load-app.ts'

const TIMEOUT_MS = 120_000
const answer = z.object({
  hash: z
    .string()
    .transform((text) => (text.startsWith('0x') ? text : `0x${text}`))
    .pipe(bytes32),
})

/**
 * The equivalence class of an application here: the hash of what its program computes for a fixed task. Machines of
 * one class give equal bits. Computed once per application and processor.
 *
 * @param started a program of it that runs already; null starts one for this
 */
export async function calibrate(
  components: LaunchComponents & { store: Store; processor: string },
  app: LoadedApp,
  started: RunningProgram | null,
): Promise<Bytes32> {
  const { store, processor } = components
  const { manifest, manifestCid, title } = app
  const asked = manifest.calibrate
  const key = `class/${manifestCid}/${processor}`
  const known = store.get(key)
  if (known !== null) return bytes32.parse(known)
  // A module gives equal bits wherever it runs.
  if (asked === null || started === null) return hashText(manifest.runtime.kind === 'wasm' ? manifestCid : key)
  const params = { ...asked.params, outDir: '/out/calibrate' }
  const program = started ?? (await launchProgram(components, sourceOf(app)))
  const answered = await program.client.call(asked.method, params, { timeoutMs: TIMEOUT_MS }).finally(async () => {
    if (started !== null) return
    await program.kill()
    await program.removeFolders()
  })
  const result = answer.safeParse(answered)
  if (!result.success) {
    throw new GolemError({ code: 'CALIBRATION_FAILED', message: `${title} gave no calibration hash.` })
  }
  store.commit([{ put: key, value: result.data.hash }])
  return result.data.hash
}
