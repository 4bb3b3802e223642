import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { createInterface } from 'node:readline'
import { afterAll, describe, expect, it } from 'vitest'
import { isAlive } from '../../src/processes.ts'
import { whyNoHosts } from './can-make-hosts.ts'
import { removeLeftBehind } from './remove-left-behind.ts'

// Makes an internet with one host, on which a program runs by itself; another works on the folder. Neither ends.
const RUN = `
import { spawn } from 'node:child_process'
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { makeInternet } from '${import.meta.dirname}/make-internet.ts'
import { ownedName } from '${import.meta.dirname}/owned-name.ts'

const folder = await mkdtemp(join(tmpdir(), ownedName('')))
const internet = await makeInternet({ folder })
const home = await internet.addSubnet('home', { publicAddress: '5.44.0.20', lan: '192.168.20' })
const [enter, ...args] = (await home.addHost('laptop')).inside
const program = spawn(enter, [...args, 'sleep', '3600'], { detached: true, stdio: 'ignore' })
const beside = spawn(process.execPath, ['--eval', 'setInterval(() => {}, 1_000)', folder], { detached: true, stdio: 'ignore' })
console.log(JSON.stringify({ folder, programs: [program.pid, beside.pid] }))
`

describe.skipIf((await whyNoHosts()) !== null)('what a run leaves that is killed', () => {
  afterAll(removeLeftBehind)

  it('is removed by the next one: hosts, what runs on them, and folders', async () => {
    const killed = spawn(process.execPath, ['--input-type=module', '--eval', RUN], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const [line] = await once(createInterface({ input: killed.stdout }), 'line')
    const { folder, programs } = JSON.parse(line) as { folder: string; programs: number[] }
    const namespaces = async () =>
      (await readdir('/run/netns')).filter((name) => name.startsWith(`golem-net-${killed.pid}-`))
    await removeLeftBehind()
    expect([programs.map(isAlive), existsSync(folder), (await namespaces()).length]).toEqual([[true, true], true, 3])

    killed.kill('SIGKILL')
    await once(killed, 'exit')
    await removeLeftBehind()
    expect([programs.map(isAlive), existsSync(folder), await namespaces()]).toEqual([[false, false], false, []])
  })
})
