import { execFile, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'

export type BareRuntime = 'crun' | 'runc' | 'runsc'

/** Two of them make no control groups where a machine has these in two versions at once; that is left out where it is needed. */
const WITHOUT_GROUPS: Record<BareRuntime, readonly string[]> = {
  crun: ['--cgroup-manager=disabled'],
  runc: [],
  runsc: ['--ignore-cgroups', '--network=none'],
}

const PROGRAM = '/usr/bin/true'
/** crun refuses a machine on which this stands beside other control groups: it is hidden from crun, as our sandbox does. */
const HYBRID = '/sys/fs/cgroup/unified'
const HIDE = ['unshare', '--mount', '--propagation', 'private', 'sh', '-c']
const HIDING = `mount -t tmpfs -o ro none ${HYBRID} && exec "$@"`

/** A folder with mount points and nothing else, on which the host's /usr makes a system. */
export async function layRoot(path: string): Promise<void> {
  for (const folder of ['usr', 'proc', 'dev', 'sys', 'tmp', 'run', 'etc'])
    await mkdir(join(path, folder), { recursive: true })
  for (const name of ['bin', 'lib', 'lib64', 'sbin']) await symlink(`usr/${name}`, join(path, name))
}

/** Milliseconds of `true` in the bundle that a runtime proposes itself, with the host's /usr bound read-only. */
export async function bareRun(runtime: BareRuntime, folder: string, root: string): Promise<() => Promise<number>> {
  const bundle = join(folder, `bundle-${runtime}`)
  await mkdir(bundle)
  await promisify(execFile)(runtime, ['spec'], { cwd: bundle })
  const config = JSON.parse(await readFile(join(bundle, 'config.json'), 'utf8')) as {
    process: { terminal?: boolean; args: string[]; rlimits?: object[] }
    root: { path: string }
    mounts: object[]
  }
  config.process.terminal = false
  config.process.args = [PROGRAM]
  config.process.rlimits = []
  config.root.path = root
  config.mounts.push({ destination: '/usr', type: 'bind', source: '/usr', options: ['bind', 'ro'] })
  await writeFile(join(bundle, 'config.json'), JSON.stringify(config))
  const first = ['--root', join(folder, `state-${runtime}`), ...WITHOUT_GROUPS[runtime]]
  let runs = 0
  return () => {
    runs += 1
    return timed(runtime, [runtime, ...first, 'run', '--bundle', bundle, `golem-bench-${process.pid}-${runs}`])
  }
}

/** Milliseconds of `podman run` of the same program on the same root under the same runtime. */
export const podmanRun = (runtime: BareRuntime, root: string) => (): Promise<number> =>
  timed(runtime, [
    ...['podman', '--runtime', runtime, 'run', '--rm', '--network', 'none', '--log-driver', 'none'],
    ...(runtime === 'crun' && existsSync(HYBRID) ? ['--cgroups', 'disabled'] : []),
    // Those that podman takes by itself are more than some machines allow.
    ...['--ulimit', 'nofile=1024:1024', '--ulimit', 'nproc=1024:1024', '--volume', '/usr:/usr:ro', '--rootfs', root],
    PROGRAM,
  ])

async function timed(runtime: BareRuntime, command: string[]): Promise<number> {
  const all = runtime === 'crun' && existsSync(HYBRID) ? [...HIDE, HIDING, 'sh', ...command] : command
  const [program = '', ...args] = all
  const beganMs = performance.now()
  const child = spawn(program, args, { stdio: ['ignore', 'ignore', 'pipe'] })
  let said = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said += text
  })
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject).once('exit', resolve)
  })
  if (code !== 0) throw new Error(`${command.join(' ')}: ${said.trim()}`)
  return performance.now() - beganMs
}
