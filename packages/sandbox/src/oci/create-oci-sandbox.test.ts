import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sandboxCompliance } from '@golem/ports/compliance'
import { asCid } from '@golem/protocol'
import { createOciSandbox } from './create-oci-sandbox.ts'
import { RUNTIMES } from './find-runtime.ts'

const run = (...argv: string[]) => ({ runtime: { kind: 'oci', root: 'host-tools' } as const, argv })
const python = (program: string) => run('/usr/bin/python3', '-c', program)

for (const runtime of RUNTIMES) {
  sandboxCompliance(runtime, async () => {
    const folder = await mkdtemp(join(tmpdir(), 'golem-sandbox-'))
    let folders = 0
    return {
      sandbox: await createOciSandbox({}, { stateDir: join(folder, 'state'), runtime }),
      foreign: [{ kind: 'wasm', module: asCid(`bafkrei${'a'.repeat(52)}`), interface: 'protocol' }],
      programs: {
        echo: run('sh', '-c', 'echo hello; exec cat >&3'),
        fail: run('sh', '-c', 'echo bye; exit 7'),
        hang: run('sleep', 'infinity'),
        chatter: run('yes'),
        absent: run('/no/such/program'),
        produce: python(`
import os, sys
for line in sys.stdin:
    os.mkdir('/out/done')
    open('/out/done/result', 'w').write('42')
    os.write(3, b'{"done":true}\\n')
`),
      },
      makeFolder: async () => {
        folders += 1
        const path = join(folder, `folder-${folders}`)
        await mkdir(path)
        return path
      },
      write: (path, text) => writeFile(path, text),
      read: (path) => readFile(path, 'utf8').catch(() => null),
      remove: () => rm(folder, { recursive: true }),
    }
  })
}
