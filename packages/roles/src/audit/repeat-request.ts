import type { Folders, Sandbox, Storage } from '@golem/ports'
import { canonicalJson, type Json, type Limits, type Subtask, type Verdict } from '@golem/protocol'
import { hexOf } from '../hex-of.ts'
import type { LocalProgram } from '../requestor/local-program.ts'

type Components = {
  folders: Folders
  sandbox: Sandbox
  storage: Storage
  randomBytes: (length: number) => Uint8Array
}
type Repeated = {
  request: Subtask['request']
  delivered: { result: Json; outputs: string | null } | null
  limits: Limits
  /** Default: as the program takes for a call. */
  timeoutMs?: number
  /** Opens and seals what is private. */
  sealing: { contentKey?: Uint8Array }
  /** Below the node's own folders: where outputs are laid meanwhile. */
  folder: string
}

/** The check of work that gives the same everywhere: this machine's own program does it again, to the last bit. */
export async function repeatRequest(
  components: Components,
  program: LocalProgram,
  { request, delivered, limits, timeoutMs, sealing, folder }: Repeated,
): Promise<Verdict> {
  const within = timeoutMs === undefined ? {} : { timeoutMs }
  const { result, outDir } = await program.ask(request.method, request.params, within)
  const outputs =
    outDir === null && (delivered?.outputs ?? null) === null
      ? null
      : await cidOf(components, program, outDir, { limits, sealing, folder })
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

/** Keeps what a call left under /out, as nobody can change it any more. */
export async function cidOf(
  { folders, sandbox, storage, randomBytes }: Components,
  program: Pick<LocalProgram, 'hostPath'>,
  outDir: string | null,
  { limits, sealing, folder }: Pick<Repeated, 'limits' | 'sealing' | 'folder'>,
): Promise<string> {
  const name = hexOf(randomBytes(8))
  const again = await folders.make(`${folder}/again-${name}`)
  try {
    const clean = folders.join(again, 'files')
    if (outDir === null) await folders.make(`${folder}/again-${name}/files`)
    else await sandbox.collect(program.hostPath(outDir), clean, limits)
    return (await storage.addPath(clean, sealing)).cid
  } finally {
    await folders.remove(again)
  }
}

const MAX_EXCERPT = 2_000

/** Of evidence that is kept for ever, as much as a person reads. */
export function excerpt(result: Json): Json {
  const text = canonicalJson(result)
  return text.length <= MAX_EXCERPT ? result : text.slice(0, MAX_EXCERPT)
}
