import { stat } from 'node:fs/promises'
import type { SandboxSpec } from '@golem/ports'
import { GolemError } from '@golem/protocol'
import type { ImageStore } from './images/image-store.ts'
import type { RootFilesystem } from './root-filesystem.ts'

/** What a program stands on, and what of that is its own configuration. */
export type Root = {
  path: string
  system: RootFilesystem['system']
  argv: readonly string[]
  env: Readonly<Record<string, string>>
  cwd: string
  release(): void
}

/** The host's own tools, or an image. @throws {GolemError} as `ImageStore.open`, `SANDBOX_START_FAILED` */
export async function rootOf(
  { runtime, argv, env, mounts }: SandboxSpec,
  { filesystem, images }: { filesystem: RootFilesystem; images: ImageStore | null },
  signal: AbortSignal | undefined,
): Promise<Root> {
  if (runtime.kind !== 'oci' || runtime.root === 'host-tools' || images === null) {
    const path = await filesystem.rootFor(mounts)
    return { path, system: filesystem.system, argv, env, cwd: '/', release: () => undefined }
  }
  const points = await Promise.all(
    mounts.map(async ({ source, target }) => {
      const kind = (await stat(source)).isDirectory() ? ('folder' as const) : ('file' as const)
      return { target, kind }
    }),
  )
  const { rootPath, config, release } = await images.open(runtime.image, points, signal)
  const args = argv.length > 0 ? argv : config.args
  if (args.length > 0) {
    return { path: rootPath, system: [], argv: args, env: { ...config.env, ...env }, cwd: config.cwd, release }
  }
  release()
  throw new GolemError({
    code: 'SANDBOX_START_FAILED',
    message: 'Neither the image nor who starts it names a program.',
    remedy: 'Name one in the manifest, or build the image with --command.',
  })
}
