import type { Sandbox, Store } from '@golem/ports'
import { type Bytes32, bytes32, GolemError } from '@golem/protocol'
import { serveClient } from '@golem/roles'
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
 */
export async function calibrate(
  { sandbox, store, processor }: { sandbox: Sandbox; store: Store; processor: string },
  app: LoadedApp,
): Promise<Bytes32> {
  const key = `class/${app.manifestCid}/${processor}`
  const known = store.get(key)
  if (known !== null) return bytes32.parse(known)
  const process = await sandbox.start({
    name: `calibrate-${app.name}`,
    argv: app.manifest.command,
    env: app.env,
    mounts: [{ source: app.codePath, target: '/app', writable: false }],
    limits: app.manifest.limits,
  })
  const client = serveClient(process)
  try {
    const result = answer.safeParse(
      await client.call(app.calibrate.method, app.calibrate.params, { timeoutMs: TIMEOUT_MS }),
    )
    if (!result.success) {
      throw new GolemError({ code: 'CALIBRATION_FAILED', message: `${app.title} gave no calibration hash.` })
    }
    store.commit([{ put: key, value: result.data.hash }])
    return result.data.hash
  } finally {
    await client.close()
  }
}
