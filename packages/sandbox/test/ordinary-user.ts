/** What an ordinary user's daemon would do, reported as JSON. Run under that user. */
import { mkdir, readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { SandboxProcess, SandboxSpec } from '@golem/ports'
import { createOciSandbox } from '../src/index.ts'
import { LIMITS, nextLine } from './place.ts'

const [folder = '', runtime = ''] = process.argv.slice(2)
const sandbox = await createOciSandbox({}, { stateDir: join(folder, 'state'), runtime })
const out = join(folder, 'out')
await mkdir(out)
const limits = { ...LIMITS, memoryBytes: 64 * 1024 ** 2, pids: 20 }

const run = (program: string, priority: SandboxSpec['priority'] = 'normal', isObserved = false) =>
  sandbox.start(
    {
      name: 'ordinary',
      runtime: { kind: 'oci', root: 'host-tools' },
      priority,
      argv: ['/usr/bin/python3', '-c', program],
      env: {},
      mounts: [{ source: out, target: '/out', writable: true }],
      outbound: [],
      limits,
    },
    { isObserved },
  )

const plain = await run(`
import ctypes, json, os, socket
refused = []
def attempt(name, function):
    try:
        if function() == -1: raise OSError()
    except OSError: refused.append(name)
attempt('socket AF_INET', lambda: socket.socket(socket.AF_INET))
attempt('unshare', lambda: ctypes.CDLL(None).unshare(0x10000000))
attempt('write /usr', lambda: open('/usr/x', 'w'))
attempt('read /root', lambda: os.listdir('/root'))
open('/out/file', 'w').write('made inside')
os.write(3, json.dumps(refused).encode() + b'\\n')
`)
const refused: unknown = JSON.parse(await nextLine(plain))
const greedy = await run("import time\nblock = []\nwhile True: block.append(b'x' * 1_000_000); time.sleep(0.001)")
const bomb = await run(`
import os, time
children = 0
try:
    while True:
        if os.fork() == 0: time.sleep(60)
        children += 1
except OSError: os.write(3, b'%d\\n' % children)
time.sleep(60)
`)
const children = Number(await nextLine(bomb))
await bomb.kill()

/** This process is kept on one core: what one of them gets of it, the others do not. */
const SPIN = `
import os
os.write(3, b'ready\\n')
os.fork()
while True: pass
`
const lent = await run(SPIN, 'lowest')
await nextLine(lent)
const own = await run(SPIN)
await nextLine(own)
const cpuMsOf = async (process: SandboxProcess) => (await process.usage()).cpuMs
const shareOfLent = async (): Promise<number> => {
  const before = { own: await cpuMsOf(own), lent: await cpuMsOf(lent) }
  while ((await cpuMsOf(own)) - before.own < 300) await sleep(20)
  return ((await cpuMsOf(lent)) - before.lent) / ((await cpuMsOf(own)) - before.own)
}
// Its sessions are lowered one after another.
let share = await shareOfLent()
for (let looks = 0; share > 0.1 && looks < 20; looks += 1) share = await shareOfLent()
await lent.freeze()
await own.freeze()
const frozen = { own: await cpuMsOf(own), lent: await cpuMsOf(lent) }
await sleep(300)
const whileFrozenMs = (await cpuMsOf(own)) - frozen.own + (await cpuMsOf(lent)) - frozen.lent
await own.thaw()
while ((await cpuMsOf(own)) <= frozen.own) await sleep(20)
await own.kill()
// Killed while it is frozen.
await lent.kill()

const watched = await run(
  `
import ctypes, os
ctypes.CDLL(None).unshare(0x10000000)
try: os.listdir('/root')
except OSError: pass
`,
  'normal',
  true,
)

const pinned = await run(`
import os
cores = os.sched_getaffinity(0)
try: os.sched_setaffinity(0, range(64)); moved = True
except OSError: moved = False
os.write(3, b'%s, and %s way to another\\n' % (b'one' if len(cores) == 1 else b'many', b'a' if moved else b'no'))
`)
const report = {
  share,
  whileFrozenMs,
  pinned: await nextLine(pinned),
  bounded: (await sandbox.doctor()).find(({ name }) => name.startsWith('limits'))?.ok,
  refused,
  plain: await plain.exited,
  greedy: await greedy.exited,
  children,
  tried: (await watched.exited).observation?.attempts,
  read: await readFile(join(out, 'file'), 'utf8'),
  left: await readdir(join(folder, 'state', 'runs')),
}
await sandbox.stop()
process.stdout.write(JSON.stringify(report))
