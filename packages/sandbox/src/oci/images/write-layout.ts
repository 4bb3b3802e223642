import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { copyFile, lstat, mkdir, open, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { pipeline } from 'node:stream/promises'
import { createGzip } from 'node:zlib'
import { GolemError } from '@golem/protocol'
import { blobPath, type Descriptor, IMAGE_NAME, invalid, readLayout } from './read-layout.ts'

const MANIFEST = 'application/vnd.oci.image.manifest.v1+json'
const CONFIG = 'application/vnd.oci.image.config.v1+json'
const LAYER = 'application/vnd.oci.image.layer.v1.tar+gzip'

export type ImageBuild = { args: readonly string[]; env: Readonly<Record<string, string>>; cwd: string }

/** The same files make the same bytes: sorted, without times, owners and names of users. */
const TAR = ['--sort=name', '--mtime=@0', '--owner=0', '--group=0', '--numeric-owner', '--format=gnu', '--create']

/**
 * Packs a folder with a root file system as an image of one layer, in a new layout `target`.
 *
 * @throws {GolemError} `IMAGE_BUILD_FAILED`
 */
export async function buildLayout(
  rootfs: string,
  target: string,
  { args, env, cwd }: ImageBuild,
  { signal }: { signal?: AbortSignal } = {},
): Promise<void> {
  await mkdir(join(target, 'blobs', 'sha256'), { recursive: true })
  const layer = await packLayer(rootfs, target, signal)
  const config = await writeBlob(target, CONFIG, {
    architecture: process.arch === 'arm64' ? 'arm64' : 'amd64',
    os: 'linux',
    config: { Cmd: args, Env: Object.entries(env).map(([name, value]) => `${name}=${value}`), WorkingDir: cwd },
    rootfs: { type: 'layers', diff_ids: [layer.diffId] },
  })
  const layers = [layer.descriptor]
  await writeIndex(target, await writeBlob(target, MANIFEST, { schemaVersion: 2, mediaType: MANIFEST, config, layers }))
}

/**
 * Copies the one image of this machine's kind out of a layout, with nothing else, into a new layout `target`.
 *
 * @throws {GolemError} `IMAGE_INVALID`
 */
export async function copyLayout(source: string, target: string): Promise<void> {
  const { manifest, blobs } = await readLayout(source, process.arch)
  await mkdir(join(target, 'blobs', 'sha256'), { recursive: true })
  for (const { digest } of [manifest, ...blobs]) {
    const from = blobPath(source, digest)
    // A link would bring in whatever it leads to.
    if (!(await lstat(from).catch(() => null))?.isFile()) throw invalid(`It lacks ${digest}.`)
    await copyFile(from, blobPath(target, digest))
  }
  await writeIndex(target, { mediaType: manifest.mediaType, digest: manifest.digest, size: manifest.size })
}

async function packLayer(
  rootfs: string,
  target: string,
  signal: AbortSignal | undefined,
): Promise<{ descriptor: Descriptor; diffId: string }> {
  const part = join(target, 'layer.part')
  const tar = spawn('tar', ['--directory', rootfs, ...TAR, '.'], {
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(signal === undefined ? {} : { signal }),
  })
  const complaints = text(tar.stderr)
  const ended = new Promise<number | null>((resolve, reject) => tar.once('error', reject).once('close', resolve))
  const [plain, packed] = [createHash('sha256'), createHash('sha256')]
  let size = 0
  const file = await open(part, 'wx')
  try {
    await pipeline(
      tar.stdout,
      async function* (chunks: AsyncIterable<Buffer>) {
        for await (const chunk of chunks) {
          plain.update(chunk)
          yield chunk
        }
      },
      // Faster by far than the default, and a tenth larger.
      createGzip({ level: 2 }),
      async function* (chunks: AsyncIterable<Buffer>) {
        for await (const chunk of chunks) {
          packed.update(chunk)
          size += chunk.length
          yield chunk
        }
      },
      file.createWriteStream(),
    )
  } finally {
    await file.close().catch(() => undefined)
  }
  if ((await ended) !== 0) {
    throw new GolemError({
      code: 'IMAGE_BUILD_FAILED',
      message: `The folder ${rootfs} was not packed: ${(await complaints).trim().split('\n').at(-1)}`,
      remedy: 'Check that all of it can be read; build as the user who made it.',
    })
  }
  const digest = `sha256:${packed.digest('hex')}`
  await rename(part, blobPath(target, digest))
  return { descriptor: { mediaType: LAYER, digest, size }, diffId: `sha256:${plain.digest('hex')}` }
}

async function writeBlob(target: string, mediaType: string, value: unknown): Promise<Descriptor> {
  const bytes = Buffer.from(JSON.stringify(value))
  const digest = `sha256:${createHash('sha256').update(bytes).digest('hex')}`
  await writeFile(blobPath(target, digest), bytes)
  return { mediaType, digest, size: bytes.length }
}

async function writeIndex(target: string, manifest: Descriptor): Promise<void> {
  const annotations = { 'org.opencontainers.image.ref.name': IMAGE_NAME }
  await writeFile(join(target, 'oci-layout'), JSON.stringify({ imageLayoutVersion: '1.0.0' }))
  await writeFile(
    join(target, 'index.json'),
    JSON.stringify({ schemaVersion: 2, manifests: [{ ...manifest, annotations }] }),
  )
}
