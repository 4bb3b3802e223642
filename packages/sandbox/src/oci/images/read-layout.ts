import { open, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { GolemError } from '@golem/protocol'
import { z } from 'zod'

/** The name under which a layout of ours has its one image. */
export const IMAGE_NAME = 'golem'

const JSON_LIMIT_BYTES = 4 * 1024 ** 2

const digest = z.string().regex(/^sha256:[0-9a-f]{64}$/, 'only sha256 digests are read')
const descriptor = z.object({
  mediaType: z.string(),
  digest,
  size: z.number().int().nonnegative(),
  platform: z.object({ os: z.string(), architecture: z.string() }).optional(),
  annotations: z.record(z.string(), z.string()).optional(),
})
export type Descriptor = z.infer<typeof descriptor>
const index = z.object({ schemaVersion: z.literal(2), manifests: z.array(descriptor).min(1).max(1_000) })
const manifest = z.object({ schemaVersion: z.literal(2), config: descriptor, layers: z.array(descriptor).max(500) })
const texts = z.array(z.string().max(32_768)).max(1_000).nullish()
const config = z.object({
  architecture: z.string(),
  os: z.string(),
  config: z
    .object({ Entrypoint: texts, Cmd: texts, Env: texts, WorkingDir: z.string().max(4_096).nullish() })
    .nullish(),
})

/** What of an image's own configuration counts. Its user, volumes, ports and everything else do not. */
export type ImageConfig = { args: string[]; env: Record<string, string>; cwd: string }

export type ImageLayout = {
  manifest: Descriptor
  /** Of the manifest's own: configuration and layers. */
  blobs: Descriptor[]
  config: ImageConfig
  sizeBytes: number
}

/**
 * Reads an OCI image layout: the image of this machine's kind, where there are several.
 *
 * @throws {GolemError} `IMAGE_INVALID`
 */
export async function readLayout(folder: string, architecture: NodeJS.Architecture): Promise<ImageLayout> {
  const wanted = architecture === 'arm64' ? 'arm64' : 'amd64'
  let { manifests } = parsedOr(index, await readJson(join(folder, 'index.json')))
  // An index may lead to others, one for each kind of machine.
  for (let depth = 0; depth < 4; depth += 1) {
    const chosen =
      manifests.find(({ platform }) => platform?.os === 'linux' && platform.architecture === wanted) ??
      manifests.find(({ platform }) => platform === undefined)
    if (chosen === undefined) throw invalid(`It holds no image for linux on ${wanted}.`)
    const found = await readJson(blobPath(folder, chosen.digest))
    const below = index.safeParse(found)
    if (below.success) {
      manifests = below.data.manifests
      continue
    }
    const parsed = parsedOr(manifest, found)
    const read = parsedOr(config, await readJson(blobPath(folder, parsed.config.digest)))
    if (read.os !== 'linux' || read.architecture !== wanted) {
      throw invalid(`It is for ${read.os} on ${read.architecture}, and this machine is linux on ${wanted}.`)
    }
    const blobs = [parsed.config, ...parsed.layers]
    return {
      manifest: chosen,
      blobs,
      config: configOf(read.config ?? {}),
      sizeBytes: blobs.reduce((sum, { size }) => sum + size, 0),
    }
  }
  throw invalid('Its indices lead to ever more indices.')
}

export const blobPath = (folder: string, of: string): string =>
  join(folder, 'blobs', 'sha256', of.slice('sha256:'.length))

type OwnConfig = NonNullable<z.infer<typeof config>['config']>

function configOf({ Entrypoint, Cmd, Env, WorkingDir }: OwnConfig): ImageConfig {
  const env = (Env ?? []).flatMap((entry) => {
    const at = entry.indexOf('=')
    return at > 0 ? [[entry.slice(0, at), entry.slice(at + 1)] as const] : []
  })
  const cwd = WorkingDir?.startsWith('/') ? WorkingDir : '/'
  return { args: [...(Entrypoint ?? []), ...(Cmd ?? [])], env: Object.fromEntries(env), cwd }
}

async function readJson(path: string): Promise<unknown> {
  const file = await open(path).catch(() => null)
  if (file === null) throw invalid(`It lacks ${path.split('/').slice(-2).join('/')}.`)
  try {
    const { size } = await file.stat()
    if (size > JSON_LIMIT_BYTES) throw invalid(`A description in it has ${size} bytes.`)
    return JSON.parse(await readFile(file, 'utf8'))
  } catch (error) {
    if (error instanceof GolemError) throw error
    throw invalid('A description in it is no JSON.')
  } finally {
    await file.close()
  }
}

function parsedOr<T>(schema: z.ZodType<T>, value: unknown): T {
  const result = schema.safeParse(value)
  if (result.success) return result.data
  throw invalid(`${result.error.issues[0]?.path.join('.') ?? ''}: ${result.error.issues[0]?.message ?? 'invalid'}.`)
}

export const invalid = (message: string): GolemError =>
  new GolemError({
    code: 'IMAGE_INVALID',
    message: `This is no image layout that can be used. ${message}`,
    remedy: 'Make one with `golem image build`, or with `podman save --format oci-dir`, umoci or skopeo.',
    peerPolicy: 'reject',
  })
