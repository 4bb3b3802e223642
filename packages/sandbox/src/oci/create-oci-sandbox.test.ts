import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sandboxCompliance } from '@golem/ports/compliance'
import { asCid } from '@golem/protocol'
import { createOciSandbox } from './create-oci-sandbox.ts'
import { findProgram, installedRuntimes } from './find-runtime.ts'

const run = (...argv: string[]) => ({ runtime: { kind: 'oci', root: 'host-tools' } as const, argv })
const python = (program: string) => run('/usr/bin/python3', '-c', program)

const compliance = (name: string, runtimeOf: (folder: string) => Promise<string>, canObserve: boolean): void =>
  sandboxCompliance(name, async () => {
    const folder = await mkdtemp(join(tmpdir(), 'golem-sandbox-'))
    let folders = 0
    return {
      sandbox: await createOciSandbox({}, { stateDir: join(folder, 'state'), runtime: await runtimeOf(folder) }),
      foreign: [{ kind: 'wasm', module: asCid(`bafkrei${'a'.repeat(52)}`), interface: 'protocol' }],
      canObserve,
      programs: {
        echo: run('sh', '-c', 'echo hello; exec cat >&3'),
        fail: run('sh', '-c', 'echo bye; exit 7'),
        hang: run('sleep', 'infinity'),
        chatter: run('yes'),
        absent: run('/no/such/program'),
        nosy: run('sh', '-c', 'read line; exec 4</etc/shadow || :; echo "$line" >&3'),
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

for (const { name } of await installedRuntimes('auto')) compliance(name, async () => name, name !== 'runsc')

const runc = await findProgram('runc')
if (runc !== null) {
  compliance(
    'a runtime that is known by its path alone',
    async (folder) => {
      await symlink(runc, join(folder, 'another'))
      return join(folder, 'another')
    },
    false,
  )
}
