import { appendFileSync, cpSync, existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Mount } from '@golem/ports'
import { CHEATS, type Cheat } from './cheats.ts'
import { type Disguised, runDaemons } from './run-daemons.ts'

// A provider's daemon like any other, but for the program that it lends: `cheating-daemon.ts OPTIONS CHEAT`. It lends under
// the genuine manifest, so that nothing but the check of its work can tell.

const { module, python } = CHEATS[process.argv[3] as Cheat]

const disguise: Disguised['disguise'] = ({ home }) => {
  const manipulated = (app: Mount): Mount => {
    const folder = join(home, 'worker')
    if (!existsSync(folder)) {
      cpSync(app.source, folder, { recursive: true })
      appendFileSync(join(folder, module), `\n${python}`)
    }
    return { ...app, source: folder }
  }
  return {
    lentSandbox: (sandbox) => ({
      ...sandbox,
      start: (spec, how) => {
        const mounts = spec.mounts.map((mount) => (mount.target === '/app' ? manipulated(mount) : mount))
        return sandbox.start({ ...spec, mounts }, how)
      },
    }),
  }
}

await runDaemons([{ options: JSON.parse(process.argv[2] ?? ''), disguise }])
