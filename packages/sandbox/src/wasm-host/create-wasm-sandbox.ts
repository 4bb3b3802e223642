import { chmod, mkdir, readdir, rename, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { dirname, extname, join } from 'node:path'
import type { Mount, Sandbox, SandboxSpec, Storage } from '@golem/ports'
import { type Cid, GolemError } from '@golem/protocol'
import { MAX_MODULE_BYTES } from '../wasm/module/confine-module.ts'
import type { HostOptions } from './host-options.ts'
import { observedProcess } from './observed-process.ts'

export type WasmSandboxComponents = {
  /** Confines the worker processes, keeps their limits, and runs whatever is no module itself. */
  sandbox: Sandbox
  storage: Pick<Storage, 'readFile'>
}

export type WasmSandboxOptions = {
  /** A folder of this sandbox's own, for modules. Several daemons may share one. */
  stateDir: string
}

/** What Node and the compiled code need beside the module's own memory. */
const WORKER_MEMORY_BYTES = 256 * 1024 ** 2
/** Threads that Node starts for itself. */
const WORKER_PIDS = 32
/** Modules kept on the disk; past it the longest unused goes. */
const MODULES_KEPT = 64
/** What JavaScript itself may hold: lines, and what lies in /out and /tmp. */
const HEAP_MIB = 128

const HOME = '/golem'
const MODULE_FOLDER = 'module'
const MODULE_FILE = 'main.wasm'
const PACKAGE = join(import.meta.dirname, '../..')
const MAIN = `src/wasm-host/main${extname(import.meta.filename)}`

/**
 * A sandbox that runs WebAssembly modules too: each such program has a worker process, which is Node inside `sandbox`, and runs each request in
 * a fresh instance. So there are two walls: a module reaches nothing but WASI over files in memory, and what broke out of
 * the engine would find itself in a sandbox without network, keys or the host's files.
 *
 * @example
 * const wasm = createWasmSandbox({ sandbox: oci, storage }, { stateDir: '/var/lib/golem/sandbox' })
 * const process = await wasm.start({ runtime: { kind: 'wasm', module: cid, interface: 'command' }, … })
 * await process.send('{"id":1,"method":"run","params":{"args":["7"]}}')
 */
export function createWasmSandbox(
  { sandbox, storage }: WasmSandboxComponents,
  { stateDir }: WasmSandboxOptions,
): Sandbox {
  const modules = join(stateDir, 'modules')

  const decline = ({ runtime, outbound }: Pick<SandboxSpec, 'runtime' | 'outbound'>): GolemError | null => {
    if (runtime.kind !== 'wasm') return sandbox.decline({ runtime, outbound })
    if (outbound.length > 0) return unsupported('WASI preview 1 has no network: a module reaches no host.')
    return sandbox.decline({ runtime: { kind: 'oci', root: 'host-tools' }, outbound: [] })
  }

  return {
    ...sandbox,
    doctor: async () => [
      ...(await sandbox.doctor()),
      { name: 'wasm', ok: true, detail: `Modules run in V8 ${process.versions.v8}, inside the sandbox.` },
    ],
    decline,
    start: async (spec, options) => {
      const { runtime } = spec
      if (runtime.kind !== 'wasm') return await sandbox.start(spec, options)
      const reason = decline(spec)
      if (reason !== null) throw reason
      options?.signal?.throwIfAborted()
      const folder = runtime.module === null ? null : await layModule({ storage, modules }, runtime.module)
      const { signal, isObserved = false } = options ?? {}
      const worker = workerSpec(spec, { runtime, folder, isObserved })
      const process = await sandbox.start(worker, signal === undefined ? {} : { signal })
      return isObserved ? observedProcess(process) : process
    },
  }
}

type WasmRuntime = SandboxSpec['runtime'] & { kind: 'wasm' }

/** How the worker process of a program is started. */
function workerSpec(
  spec: SandboxSpec,
  { runtime, folder: moduleFolder, isObserved }: { runtime: WasmRuntime; folder: string | null; isObserved: boolean },
): SandboxSpec {
  const { limits } = spec
  const own: Mount[] = [
    { source: dirname(process.execPath), target: `${HOME}/bin`, writable: false },
    { source: PACKAGE, target: `${HOME}/sandbox`, writable: false },
    ...(moduleFolder === null ? [] : [{ source: moduleFolder, target: `/${MODULE_FOLDER}`, writable: false }]),
  ]
  const seen = [...spec.mounts.filter(({ writable }) => !writable).map(({ target }) => target.slice(1))]
  const options: HostOptions = {
    interface: runtime.interface,
    module: moduleFolder === null ? null : `/${MODULE_FOLDER}/${MODULE_FILE}`,
    folders: moduleFolder === null ? seen : [...seen, MODULE_FOLDER],
    keepsOutputs: spec.mounts.some(({ target, writable }) => writable && target === '/out'),
    isObserved,
    args: spec.argv,
    env: spec.env,
    limits: {
      memoryBytes: limits.memoryBytes,
      outputBytes: limits.outputBytes,
      outputFiles: limits.outputFiles,
    },
  }
  return {
    ...spec,
    runtime: { kind: 'oci', root: 'host-tools' },
    argv: [
      `${HOME}/bin/node`,
      '--disable-warning=ExperimentalWarning',
      `--max-old-space-size=${HEAP_MIB}`,
      `${HOME}/sandbox/${MAIN}`,
      JSON.stringify(options),
    ],
    env: { NODE_ENV: 'production' },
    mounts: [...spec.mounts, ...own],
    limits: {
      ...limits,
      memoryBytes: limits.memoryBytes + WORKER_MEMORY_BYTES,
      pids: Math.max(limits.pids, WORKER_PIDS),
    },
  }
}

type ModuleShelf = { storage: WasmSandboxComponents['storage']; modules: string }

/** The folder with a module, written once. @throws {GolemError} `SANDBOX_START_FAILED` */
async function layModule({ storage, modules }: ModuleShelf, module: Cid): Promise<string> {
  const folder = join(modules, module)
  const file = join(folder, MODULE_FILE)
  const now = new Date()
  if (await utimes(file, now, now).then(succeeded, failed)) return folder
  const bytes = await storage.readFile(module, { maxBytes: MAX_MODULE_BYTES }).catch((cause: unknown) => {
    throw new GolemError({
      code: 'SANDBOX_START_FAILED',
      message: `The module ${module} is not here: ${cause instanceof Error ? cause.message : String(cause)}`,
      remedy: 'Choose the module again, so that it is kept here.',
      cause,
    })
  })
  const partial = `${folder}.${process.pid}.${Math.random().toString(36).slice(2)}`
  await mkdir(partial, { recursive: true, mode: 0o755 })
  await writeFile(join(partial, MODULE_FILE), bytes, { mode: 0o644 })
  await chmod(join(partial, MODULE_FILE), 0o644)
  await chmod(partial, 0o755)
  // Somebody else may have been first; then theirs is as good.
  await rename(partial, folder).catch(() => rm(partial, { recursive: true, force: true }))
  await forgetOldest(modules)
  return folder
}

async function forgetOldest(modules: string): Promise<void> {
  const found = await Promise.all(
    (await readdir(modules)).map(async (name) => {
      const used = await stat(join(modules, name, MODULE_FILE)).catch(() => null)
      return { name, usedMs: used?.mtimeMs ?? 0 }
    }),
  )
  found.sort((a, b) => b.usedMs - a.usedMs)
  // A program that runs has its module mounted, and keeps it.
  for (const { name } of found.slice(MODULES_KEPT)) await rm(join(modules, name), { recursive: true, force: true })
}

const succeeded = (): boolean => true
const failed = (): boolean => false

const unsupported = (message: string): GolemError =>
  new GolemError({
    code: 'SANDBOX_UNSUPPORTED',
    message,
    remedy: 'Run golem doctor: it says what this machine can confine.',
  })
