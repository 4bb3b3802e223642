import { chmod, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { SandboxProcess, SandboxSpec } from '@golem/ports'
import type { Limits } from '@golem/protocol'
import { tooLarge } from './image-store.ts'
import { IMAGE_NAME, invalid } from './read-layout.ts'

const GIB = 1024 ** 3

const UNPACK_MS = 30 * 60_000

const limitsOf = (maxBytes: number): Limits => ({
  memoryBytes: GIB,
  pids: 64,
  cores: 1,
  wallMs: UNPACK_MS,
  diskBytes: maxBytes,
  outputBytes: maxBytes,
  outputFiles: 250_000,
  fileBytes: maxBytes,
  logBytes: 16 * 1024 ** 2,
})

/** Nothing of it is set-uid, everybody may read it, and who unpacked it may remove it. */
const SCRIPT = `umoci raw unpack --rootless --image /in:${IMAGE_NAME} /out/rootfs && chmod -R u+rwX,go+rX,ug-s /out/rootfs`

/**
 * Unpacks a layout by umoci, inside a sandbox of its own: an archive may hold paths and links that lead out of it, and
 * bytes without end.
 *
 * @throws {GolemError} `IMAGE_INVALID`, `IMAGE_TOO_LARGE`
 */
export async function unpackImage(
  start: (spec: SandboxSpec, options: { signal?: AbortSignal }) => Promise<SandboxProcess>,
  { layout, target, maxBytes }: { layout: string; target: string; maxBytes: number },
  signal?: AbortSignal,
): Promise<void> {
  await makeReadable(layout)
  const process = await start(
    {
      name: 'unpack',
      runtime: { kind: 'oci', root: 'host-tools' },
      argv: ['/bin/sh', '-c', SCRIPT],
      env: {},
      mounts: [
        { source: layout, target: '/in', writable: false },
        { source: target, target: '/out', writable: true },
      ],
      outbound: [],
      limits: limitsOf(maxBytes),
    },
    signal === undefined ? {} : { signal },
  )
  const kill = (): void => void process.kill()
  const timer = setTimeout(kill, UNPACK_MS)
  signal?.addEventListener('abort', kill, { once: true })
  const { code, limit, logTail } = await process.exited
  clearTimeout(timer)
  signal?.removeEventListener('abort', kill)
  signal?.throwIfAborted()
  // What one file may have the kernel says to umoci itself.
  if (limit !== null || logTail.includes('file too large')) throw tooLarge(maxBytes)
  if (code !== 0) throw invalid(`It was not unpacked: ${logTail.trim().split('\n').at(-1) ?? ''}`)
}

/** The sandbox's own user reads it. */
async function makeReadable(folder: string): Promise<void> {
  await chmod(folder, 0o755)
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) await makeReadable(path)
    else await chmod(path, 0o644)
  }
}
