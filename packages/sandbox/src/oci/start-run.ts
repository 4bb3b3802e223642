import { spawn } from 'node:child_process'
import { chownSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { SandboxSpec, StartOptions } from '@golem/ports'
import { GolemError, type Limits } from '@golem/protocol'
import { bundleConfig } from './bundle-config.ts'
import { checkSpec } from './check-spec.ts'
import { type ControlGroup, createControlGroup, RUNTIME_GROUP } from './control-groups.ts'
import { identityFor } from './identity.ts'
import type { ImageStore } from './images/image-store.ts'
import { launchCommand, mountTable } from './launch-command.ts'
import { type Observing, observing } from './observe/observing.ts'
import type { OutboundComponents } from './outbound/outbound-proxy.ts'
import { wayOut } from './outbound/way-out.ts'
import { pinnedCpus } from './pinned-cpus.ts'
import { type RootFilesystem, SYSTEM_PATHS } from './root-filesystem.ts'
import { type Root, rootOf } from './root-of.ts'
import { newRunId } from './run-id.ts'
import type { Runtime } from './runtime.ts'
import { RUNTIME_KINDS } from './runtime-kinds.ts'
import type { SharedAccount } from './shared-account.ts'
import { type Run, watchRun } from './watch-run.ts'

export type StartRunComponents = {
  runtime: Runtime
  filesystem: RootFilesystem
  /** null where no image is run. */
  images: ImageStore | null
  outbound: OutboundComponents
  runsPath: string
  disk: SharedAccount
  /** Of what is lent. */
  memory: SharedAccount
}

/** strace, and what takes its lines. */
const OBSERVER_PIDS = 3
const OBSERVER_MEMORY_BYTES = 32 * 1024 ** 2

/**
 * For runtimes that give a program its three streams and no more: answers go to stdout and what is printed to stderr.
 * The empty line says that there is such a program.
 */
const DESCRIPTOR_SCRIPT = 'exec 3>&1 1>&2; command -v -- "$1" >/dev/null || exit 127; echo >&3; exec "$@"'

/**
 * Starts one program in a bundle of its own. Its few small files are written and removed at once: to wait for each takes
 * longer than to do it, and all of it is part of what a start takes.
 *
 * @throws {GolemError} `SANDBOX_START_FAILED`, or the signal's reason
 */
export async function startRun(
  { runtime, filesystem, images, outbound, runsPath, disk, memory }: StartRunComponents,
  asked: SandboxSpec,
  { signal, isObserved = false }: StartOptions = {},
): Promise<Run> {
  signal?.throwIfAborted()
  const identity = identityFor(runtime.user, Math.random())
  await checkSpec(asked, identity)
  const observer: Observing | null = isObserved ? await observing(runtime) : null
  const out = await wayOut(outbound, asked)
  const spec = out?.spec ?? asked
  const id = newRunId(spec.name)
  const runPath = join(runsPath, id)
  const paths = {
    state: join(runPath, 'state'),
    pid: join(runPath, 'pid'),
    log: join(runPath, 'log'),
    mounts: join(runPath, 'mounts'),
  }
  const { priority = 'normal' } = spec
  // One alone may hold no more than all may.
  const memoryBytes = Math.min(spec.limits.memoryBytes, spec.isLent ? memory.allowed() : Number.POSITIVE_INFINITY)
  const limits = { ...spec.limits, memoryBytes }
  const { passesDescriptors, stagesMounts, ownCalls } = RUNTIME_KINDS[runtime.kind]
  const isApart = hasOwnGroup(runtime)
  let group: ControlGroup | null = null
  let root: Root | null = null
  const discard = async (): Promise<void> => {
    out?.close()
    await group?.remove()
    root?.release()
    root = null
    rmSync(runPath, { recursive: true, force: true })
  }
  try {
    mkdirSync(runPath, { mode: 0o700 })
    const found = await rootOf(spec, { filesystem, images }, signal)
    root = found
    const writable = spec.mounts.filter((mount) => mount.writable).map(({ source }) => source)
    const { owner } = identity
    if (owner !== null) for (const source of writable) chownSync(source, owner, owner)
    if (runtime.hierarchy !== null)
      group = createControlGroup(runtime.hierarchy, id, groupLimits(runtime, limits, isObserved))
    const [rootPath, stagePath] = freeFolders(spec.mounts.map(({ source }) => source).concat(runsPath))
    const staged = stagesMounts
      ? spec.mounts.map((mount, at) => ({ ...mount, source: join(stagePath, `${at}`) }))
      : null
    const cpus = group === null ? await pinnedCpus(spec.limits.cores, Math.random()) : null
    const config = bundleConfig({
      spec: {
        ...spec,
        limits,
        mounts: staged ?? spec.mounts,
        env: found.env,
        argv: passesDescriptors ? found.argv : ['/bin/sh', '-c', DESCRIPTOR_SCRIPT, 'sh', ...found.argv],
      },
      identity,
      rootPath,
      system: found.system,
      cwd: found.cwd,
      cgroupsPath: isApart && group !== null ? join(runtime.hierarchy?.base ?? '/', id, RUNTIME_GROUP) : null,
      architecture: process.arch,
      isPinned: cpus !== null,
      sharesNetwork: out !== null,
      speaksTcp: out !== null || isObserved,
      ownCalls,
    })
    writeFileSync(join(runPath, 'config.json'), JSON.stringify(config), { mode: 0o600 })
    writeFileSync(paths.mounts, mountTable(found.path, rootPath, runtime.hiddenTree), { mode: 0o600 })
    const { command, args } = launchCommand({
      runtime,
      id,
      bundlePath: runPath,
      mountTable: paths.mounts,
      stage:
        staged === null
          ? null
          : {
              path: stagePath,
              mounts: spec.mounts.map(({ source }, at) => ({ source, target: join(stagePath, `${at}`) })),
            },
      cpus,
      door: out?.door ?? null,
      groupEntries: group === null ? [] : isApart ? apartEntries(group) : group.entries,
      isGrouped: group !== null,
      priority,
      observer: observer?.arguments ?? [],
      statePath: paths.state,
      pidFile: paths.pid,
      logFile: paths.log,
    })
    const child = spawn(command, args, {
      // In a session of its own: Ctrl-C on a terminal is for the daemon, which then ends its sandboxes.
      detached: true,
      cwd: '/',
      env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin' },
      stdio: [
        ...(['pipe', 'pipe', 'pipe'] as const),
        ...(passesDescriptors ? (['pipe'] as const) : []),
        ...(out === null ? [] : (['ipc'] as const)),
        ...(observer === null ? [] : [...(out === null ? (['ignore'] as const) : []), 'pipe' as const]),
      ],
    })
    out?.attach(child)
    const { run, started } = watchRun({
      id,
      child,
      group,
      isLowest: priority === 'lowest',
      limits,
      writable,
      disk,
      memory: spec.isLent ? memory : null,
      carried: out?.carried ?? (() => ({ inBytes: 0, outBytes: 0 })),
      answersOn: passesDescriptors ? 'descriptor' : 'stdout',
      pidFile: paths.pid,
      logFile: paths.log,
      observed:
        observer?.follow(child, {
          readable: [...SYSTEM_PATHS, ...spec.mounts.map(({ target }) => target)],
          ownsRoot: spec.runtime.kind === 'oci' && spec.runtime.root === 'image',
          writable: spec.mounts.filter((mount) => mount.writable).map(({ target }) => target),
        }) ?? null,
      discard,
    })
    await started(signal)
    // Not before: the runtime itself needs little, and on a busy machine, or on one core, it would wait for that.
    group?.boundCores()
    if (priority === 'lowest') group?.setPriority('lowest')
    return run
  } catch (error) {
    await discard()
    if (error instanceof GolemError || signal?.aborted) throw error
    throw new GolemError({
      code: 'SANDBOX_START_FAILED',
      message: `The sandbox ${spec.name} could not be made: ${error instanceof Error ? error.message : String(error)}.`,
      remedy: '`golem doctor` says what is missing on this machine.',
      cause: error,
    })
  }
}

/** Whether the runtime puts the program into a group of its own; in what was delegated to a user it may not. */
const hasOwnGroup = ({ kind, user }: Runtime): boolean => RUNTIME_KINDS[kind].makesGroup && user === 'root'

/** A group that the runtime makes lies below ours, but for the tree by which they are frozen. */
const apartEntries = ({ freezerEntry }: ControlGroup): readonly string[] =>
  freezerEntry === null ? [] : [freezerEntry]

/** Of the program, and of the runtime beside it where that stays in the same group. */
function groupLimits(
  runtime: Runtime,
  limits: Limits,
  isObserved: boolean,
): Pick<Limits, 'memoryBytes' | 'pids' | 'cores'> {
  const { leastPids, extraMemoryBytes, ...traits } = RUNTIME_KINDS[runtime.kind]
  const extraPids = hasOwnGroup(runtime) ? 0 : traits.extraPids + (isObserved ? OBSERVER_PIDS : 0)
  return {
    cores: limits.cores,
    memoryBytes: limits.memoryBytes + extraMemoryBytes + (isObserved ? OBSERVER_MEMORY_BYTES : 0),
    pids: Math.max(leastPids, limits.pids + extraPids),
  }
}

/** Two folders of the host that everyone may enter, to put things on, and that hide nothing we mount. */
function freeFolders(sources: readonly string[]): [string, string] {
  const candidates = ['/media', '/mnt', '/srv', '/opt', '/home']
  const isFree = (folder: string): boolean => !sources.some((source) => source.startsWith(`${folder}/`))
  const [first = '/media', second = '/mnt'] = candidates.filter(isFree)
  return [first, second]
}
