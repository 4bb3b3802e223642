import type { Store } from '@golem/ports'
import { type Bytes32, bytes32, hashText } from '@golem/protocol'
import { classBy, type LaunchComponents, launchProgram, type RunningProgram, sourceOf } from '@golem/roles'
import type { LoadedApp } from './load-app.ts'

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
  const { manifest, manifestCid } = app
  const asked = manifest.calibrate
  const key = `class/${manifestCid}/${processor}`
  const known = store.get(key)
  if (known !== null) return bytes32.parse(known)
  // A module gives equal bits wherever it runs.
  if (asked === null || started === null) return hashText(manifest.runtime.kind === 'wasm' ? manifestCid : key)
  const program = started ?? (await launchProgram(components, sourceOf(app)))
  const hash = await classBy(
    (method, params, options) => program.client.call(method, { ...params, outDir: '/out/calibrate' }, options),
    asked,
  ).finally(async () => {
    if (started !== null) return
    await program.kill()
    await program.removeFolders()
  })
  store.commit([{ put: key, value: hash }])
  return hash
}
