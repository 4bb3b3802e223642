import { spawn } from 'node:child_process'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { readApiFile } from '@golem/api/api-file'
import { afterEach, describe, expect, it } from 'vitest'
import { SOON, testHome } from '../test/test-home.ts'
import { testIo } from '../test/test-io.ts'
import { isAlive } from './is-alive.ts'
import { run } from './run.ts'

const at = testHome()

describe('up and down', () => {
  // Where a test fails half-way, its daemon must not stay.
  afterEach(async () => {
    const file = await readApiFile(at.home)
    if (file && isAlive(file.pid)) process.kill(file.pid, 'SIGKILL')
  })

  const up = (...argv: string[]) => at.golem(['up', '--dev', '--no-mdns', ...argv])

  it('starts a daemon that stays, refuses a second one, and ends it', async () => {
    const started = await up('--json')
    expect(started).toMatchObject({ exitCode: 0, err: '' })
    const { pid, url } = JSON.parse(started.out) as { pid: number; url: string }
    expect(await readApiFile(at.home)).toMatchObject({ pid, url })
    expect((await at.golem(['status'])).exitCode).toBe(0)
    expect(await up()).toMatchObject({
      exitCode: 1,
      err: expect.stringContaining(`already runs for ${at.home} (pid ${pid})`),
    })
    expect((await at.golem(['down'])).out).toBe(`The daemon (pid ${pid}) has ended.\n`)
    expect(isAlive(pid)).toBe(false)
    expect((await at.golem(['down'])).out).toBe(`No daemon runs for ${at.home}.\n`)
    expect(await readFile(join(at.home, 'daemon.log'), 'utf8')).toBe('started\n')
  })

  it('starts over what a killed daemon left', async () => {
    const first = JSON.parse((await up('--json')).out) as { pid: number }
    process.kill(first.pid, 'SIGKILL')
    await expect.poll(() => isAlive(first.pid), SOON).toBe(false)
    expect((await at.golem(['status'])).err).toContain('Start it with `golem up`')
    expect((await up()).exitCode).toBe(0)
    expect((await at.golem(['down'])).exitCode).toBe(0)
  })

  it('tells why a daemon did not start', async () => {
    expect(await up('--bootstrap', '/dns/refuse')).toMatchObject({ exitCode: 1, err: 'golem: There is no runc.\n' })
    expect((await up('--bootstrap', '/dns/crash')).err).toBe(
      `golem: The daemon ended while starting (code 3). ${at.home}/daemon.log says why.\n`,
    )
    expect((await up('--bootstrap', 'nonsense')).err).toContain('--bootstrap nonsense is no address such as')
  })

  it('asks for the password of a key, and shows it nowhere', async () => {
    const io = testIo({ cwd: at.folder, terminal: true })
    io.answer('Password of this node', 'correct horse')
    expect(await run(['--home', at.home, 'up', '--dev', '--bootstrap', '/dns/ask'], io)).toBe(0)
    expect(io.out() + io.err()).not.toContain('horse')
    expect(await readFile(join(at.home, 'daemon.log'), 'utf8')).not.toContain('horse')
    expect((await at.golem(['down'])).exitCode).toBe(0)
    // Without a terminal nobody is asked.
    expect((await up('--bootstrap', '/dns/ask')).err).toBe('golem: Not object.\n')
  })

  it('stays with a daemon in the foreground, and ends with it', async () => {
    const io = testIo({ cwd: at.folder })
    const running = run(['--home', at.home, 'up', '--dev', '--foreground'], io)
    await expect.poll(io.err, SOON).toContain('Ctrl-C ends it.')
    expect((await at.golem(['down'])).exitCode).toBe(0)
    expect(await running).toBe(0)
  })
})

describe('a backup', () => {
  const plain = {
    format: 'golem-backup/1',
    address: '0xf39fd6e51aad88f6f4ce6ab8827279cfffb92266',
    createdAtMs: 0,
    key: 'ac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80',
    claims: [],
  }

  it('is brought into a home without a key, and into no other', async () => {
    await writeFile(join(at.folder, 'backup.json'), JSON.stringify(plain))
    const imported = await at.golem(['wallet', 'import', 'backup.json', '--json'])
    expect(imported).toMatchObject({ exitCode: 0, err: '' })
    expect(JSON.parse(imported.out)).toEqual({ address: plain.address, claims: 0, encrypted: false })
    expect((await readFile(join(at.home, 'key'), 'utf8')).trim()).toBe(plain.key)
    await writeFile(join(at.home, 'key'), '11'.repeat(32))
    const refused = await at.golem(['wallet', 'import', 'backup.json'])
    expect(refused).toMatchObject({ exitCode: 1, err: expect.stringContaining('has the key of 0x19e7') })
    expect(imported.out + refused.err).not.toContain(plain.key)
  })

  it('is told from other files', async () => {
    expect(await at.golem(['wallet', 'import', 'scene.blend'])).toMatchObject({
      exitCode: 2,
      err: expect.stringContaining('is neither a backup nor a keystore'),
    })
    expect((await at.golem(['wallet', 'import', 'none.json'])).err).toContain('cannot be read')
  })
})

it('is one command of the system, from any folder and any Node', async () => {
  const bin = fileURLToPath(new URL('../bin/golem.mjs', import.meta.url))
  const child = spawn(process.execPath, [bin, '--home', at.home, '--json', 'jobs'], {
    cwd: '/',
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const exit = new Promise((resolve) => child.once('close', resolve))
  const out = (await Array.fromAsync(child.stdout)).join('')
  expect([await exit, JSON.parse(out)]).toMatchObject([1, { error: { code: 'API_UNREACHABLE' } }])
})
