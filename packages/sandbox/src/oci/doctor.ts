import { readFile } from 'node:fs/promises'
import type { SandboxCheck, SandboxProcess, SandboxSpec } from '@golem/ports'
import { findProgram, INSTALL, installedRuntimes, notOffered } from './find-runtime.ts'
import { probe } from './probe.ts'
import type { Runtime } from './runtime.ts'
import { RUNTIME_KINDS } from './runtime-kinds.ts'

type Starter = (runtime: Runtime) => (spec: SandboxSpec, options?: { signal?: AbortSignal }) => Promise<SandboxProcess>

/**
 * What is there and works, and what is missing with its remedy. Runs a program under every runtime that is installed.
 *
 * @param chosen the runtime that is used; null where none works
 */
export async function doctor(starter: Starter, chosen: Runtime | null): Promise<SandboxCheck[]> {
  const checks = [await userNamespaces(), await seccomp(), await launchTools()]
  const runtimes = await installedRuntimes('auto')
  // One that was chosen by its path is none of those that are looked for.
  if (chosen !== null && !runtimes.some(({ path }) => path === chosen.path)) runtimes.unshift(chosen)
  for (const runtime of runtimes) checks.push(await runtimeCheck(runtime, starter(runtime), chosen))
  if (runtimes.length === 0) {
    const detail = 'None is installed, and no program of others runs without one.'
    checks.push({ name: 'container runtime', ok: false, detail, remedy: `Install one: ${INSTALL}` })
  }
  const [first] = runtimes
  const bounded = chosen ?? first
  if (bounded !== undefined) checks.push(bounds(bounded))
  if (chosen !== null) checks.push(await namedHosts(chosen))
  return checks
}

async function runtimeCheck(
  runtime: Runtime,
  start: ReturnType<Starter>,
  chosen: Runtime | null,
): Promise<SandboxCheck> {
  const name = `container runtime ${runtime.name}`
  const isChosen = runtime.path === chosen?.path
  const reason = isChosen ? null : notOffered(runtime, 'auto')
  if (reason !== null) return { name, ok: true, detail: `${runtime.path} is installed and not used. ${reason}` }
  try {
    const startedAt = performance.now()
    await probe(start)
    const ms = Math.round(performance.now() - startedAt)
    return {
      name,
      ok: true,
      detail: `${runtime.path} runs a program in ${ms} ms, as ${runtime.user} user${isChosen ? '; it is the one used' : ''}.`,
    }
  } catch (error) {
    return {
      name,
      ok: false,
      detail: `${runtime.path} does not work: ${error instanceof Error ? error.message : String(error)}`,
      remedy: `Use another: ${INSTALL}`,
    }
  }
}

function bounds({ hierarchy, user }: Runtime): SandboxCheck {
  const name = 'limits of memory, processes and cores'
  if (hierarchy !== null) {
    return { name, ok: true, detail: `Bounded and metered by the kernel (control groups v${hierarchy.version}).` }
  }
  return {
    name,
    ok: false,
    detail:
      'There is no tree of control groups with memory, cpu and pids that we may write to: memory is looked at four times a second and not bounded by the kernel, a program has whole processors and no part of one, and gVisor is not offered.',
    remedy:
      user === 'root'
        ? 'Boot with control groups (systemd.unified_cgroup_hierarchy=1), or give the container its own tree.'
        : 'Start the node in a group of your own (systemd-run --user --scope -p Delegate=yes), or as root: a sandboxed program then has ids that own nothing.',
  }
}

/** Few applications need it: one that cannot be given hosts is no fault of the machine's. */
async function namedHosts({ kind, name }: Runtime): Promise<SandboxCheck> {
  const check = { name: 'network of named hosts', ok: true }
  if (!RUNTIME_KINDS[kind].sharesNetwork)
    return { ...check, detail: `Under ${name} no program can be given hosts; under crun and runc it can.` }
  if ((await findProgram('ip')) === null)
    return { ...check, detail: 'No program can be given hosts without ip: apt-get install iproute2' }
  return { ...check, detail: 'A program reaches the hosts that the policy grants it, and nothing else.' }
}

async function userNamespaces(): Promise<SandboxCheck> {
  const name = 'user namespaces'
  const most = Number(await text('/proc/sys/user/max_user_namespaces'))
  const isRoot = process.getuid?.() === 0
  if (most === 0) {
    return {
      name,
      ok: false,
      detail: 'This kernel allows none, or they are switched off.',
      remedy: 'sysctl -w user.max_user_namespaces=15000',
    }
  }
  if (!isRoot && (await text('/proc/sys/kernel/unprivileged_userns_clone')) === '0') {
    return {
      name,
      ok: false,
      detail: 'Only root may make them here.',
      remedy: 'sysctl -w kernel.unprivileged_userns_clone=1',
    }
  }
  if (!isRoot && (await text('/proc/sys/kernel/apparmor_restrict_unprivileged_userns')) === '1') {
    return {
      name,
      ok: false,
      detail: 'AppArmor restricts those of ordinary users here.',
      remedy: 'sysctl -w kernel.apparmor_restrict_unprivileged_userns=0',
    }
  }
  return { name, ok: true, detail: `Up to ${most}.` }
}

async function seccomp(): Promise<SandboxCheck> {
  const name = 'system call filter (seccomp)'
  const actions = await text('/proc/sys/kernel/seccomp/actions_avail')
  return actions.includes('errno')
    ? { name, ok: true, detail: 'Available.' }
    : {
        name,
        ok: false,
        detail: 'This kernel was built without it.',
        remedy: 'Use a kernel with CONFIG_SECCOMP_FILTER, such as your distribution’s own.',
      }
}

const TOOLS = ['setpriv', 'unshare', 'taskset']

async function launchTools(): Promise<SandboxCheck> {
  const name = TOOLS.join(', ')
  const missing: string[] = []
  for (const tool of TOOLS) if ((await findProgram(tool)) === null) missing.push(tool)
  return missing.length === 0
    ? { name, ok: true, detail: 'Installed.' }
    : { name, ok: false, detail: `Missing: ${missing.join(', ')}.`, remedy: 'apt-get install util-linux' }
}

const text = (path: string): Promise<string> =>
  readFile(path, 'utf8').then(
    (content) => content.trim(),
    () => '',
  )
