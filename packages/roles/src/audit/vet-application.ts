import type { Clock, Folders, Malware, Scanner, Storage } from '@golem/ports'
import {
  type Cid,
  canonicalJson,
  GolemError,
  imageOf,
  type Json,
  MAX_VETTED_MALWARE,
  type Manifest,
  type PeerContact,
  type Signer,
  signVetting,
  type VettingBody,
  type VettingReport,
} from '@golem/protocol'
import { hexOf } from '../hex-of.ts'
import { beginProgram, type LaunchComponents, type ProgramSource } from '../launch-program.ts'

type Components = LaunchComponents & { storage: Storage; clock: Clock; signer: Signer; scanner?: Scanner | undefined }

export type VettingWish = {
  manifest: Manifest
  manifestCid: Cid
  /** What it is asked; none for its own calibration. */
  requests: readonly { method: string; params: { [key: string]: Json } }[]
  /** What lies at /in. */
  inputs: Cid | null
  /** Who may have its code, module or image. */
  from: readonly PeerContact[]
  maxBytes: number
}

export type Vetted = { cid: Cid; report: VettingReport }

/**
 * Runs an application's program under observation and tells what it tried, as a signed report that is kept by CID. It
 * needs no installation: the manifest names all that is run. The program has no network, be it granted some or not, so
 * that whom it would reach is told, and nobody reached. The newest report of each application is kept for good.
 *
 * @throws {GolemError} `REQUEST_MISSING`, `OBSERVATION_UNAVAILABLE`, `CONTENT_UNAVAILABLE`, `CONTENT_TOO_LARGE`, and why
 * its sandbox did not start; what the program does wrong is part of the report
 */
export async function vetApplication(components: Components, wish: VettingWish, signal: AbortSignal): Promise<Vetted> {
  const { storage, folders, randomBytes, clock, signer } = components
  const { manifest, manifestCid, inputs } = wish
  const requests = requestsOf(wish)
  const name = hexOf(randomBytes(6))
  const owner = `vetting/${name}`
  const folder = await folders.make(`vettings/${name}`)
  try {
    for (const cid of contentOf(wish)) {
      await storage.pin(cid, owner)
      await storage.fetch(cid, { from: wish.from, maxBytes: wish.maxBytes, signal })
    }
    const lay = async (cid: Cid | null, as: string): Promise<string | null> => {
      if (cid === null) return null
      const path = folders.join(folder, as)
      await storage.materialise(cid, path, { signal })
      return path
    }
    const codePath = await lay(manifest.code, 'app')
    const laid = await lay(inputs, 'in')
    const malware = await lookThrough(components, wish, { folder, lay }, signal)
    const { runtime, command, env, limits } = manifest
    const source: ProgramSource = { runtime, command, env, codePath, outbound: [], limits }
    const seen = await observe(components, { source, laid, requests }, signal)
    const report = signVetting(signer, {
      format: 'golem-vetting/1',
      ...{ auditor: signer.address, manifest: manifestCid, inputs, ...seen, malware, atMs: clock.now() },
    })
    const kept = await storage.addBytes(new TextEncoder().encode(canonicalJson(report)))
    await storage.unpin(keeperOf(manifestCid))
    await storage.pin(kept.cid, keeperOf(manifestCid))
    return { cid: kept.cid, report }
  } finally {
    await folders.remove(folder)
    await storage.unpin(owner)
  }
}

const keeperOf = (manifest: Cid): string => `vetted/${manifest}`

function requestsOf({ manifest, requests }: VettingWish): VettingWish['requests'] {
  if (requests.length > 0) return requests
  const { calibrate, name } = manifest
  if (calibrate !== null) return [{ method: calibrate.method, params: calibrate.params }]
  throw new GolemError({
    code: 'REQUEST_MISSING',
    message: `${name} has no calibration: nothing says what it is to compute while it is observed.`,
    remedy: 'Name a request with --request, and what it needs at /in with --inputs.',
  })
}

const contentOf = ({ manifest, inputs }: VettingWish): Cid[] =>
  [manifest.code, imageOf(manifest), manifest.runtime.kind === 'wasm' ? manifest.runtime.module : null, inputs].filter(
    (cid) => cid !== null,
  )

/** All that it is made of. */
async function lookThrough(
  { scanner, folders }: { scanner?: Scanner | undefined; folders: Folders },
  { manifest }: VettingWish,
  { folder, lay }: { folder: string; lay: (cid: Cid | null, as: string) => Promise<string | null> },
  signal: AbortSignal,
): Promise<VettingBody['malware']> {
  if (scanner === undefined) return null
  const image = await lay(imageOf(manifest), 'image')
  const module = manifest.runtime.kind === 'wasm' ? await lay(manifest.runtime.module, 'module') : null
  const found = await scanner.scan(folder, signal)
  for (const path of [image, module]) if (path !== null) await folders.remove(path)
  return found?.slice(0, MAX_VETTED_MALWARE).map((each) => named(each, folder)) ?? null
}

const named = ({ path, name }: Malware, folder: string) => ({
  path: path.slice(folder.length + 1, 301 + folder.length),
  name: name.slice(0, 200),
})

type Seen = Pick<VettingBody, 'began' | 'requests' | 'observation' | 'limit' | 'usage'>

async function observe(
  components: Components,
  { source, laid, requests }: { source: ProgramSource; laid: string | null; requests: VettingWish['requests'] },
  signal: AbortSignal,
): Promise<Seen> {
  const { folders } = components
  const program = await beginProgram(components, source, { signal, isObserved: true })
  try {
    const { client, process } = program
    const began = await outcomeOf(client.ready, 'ready')
    if (laid !== null) await folders.linkTree(laid, program.folders.in)
    const asked: Seen['requests'] = []
    for (const [at, { method, params }] of requests.entries()) {
      const call = client.call(method, { ...params, outDir: `/out/${at}` }, { signal, timeoutMs: source.limits.wallMs })
      asked.push({ method, params, outcome: await outcomeOf(call, 'answered') })
      signal.throwIfAborted()
    }
    await program.kill()
    const { observation, limit, usage } = await process.exited
    if (observation === undefined) throw unobserved()
    return { began, requests: asked, observation, limit: limit?.name ?? null, usage }
  } finally {
    await program.kill()
    await program.removeFolders()
  }
}

const outcomeOf = (happening: Promise<unknown>, fine: string): Promise<string> =>
  happening.then(
    () => fine,
    (error: unknown) => (error instanceof GolemError ? error.code : 'PROGRAM_FAILED').slice(0, 60),
  )

const unobserved = (): GolemError =>
  new GolemError({ code: 'OBSERVATION_UNAVAILABLE', message: 'The sandbox did not tell what the program tried.' })
