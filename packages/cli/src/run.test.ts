import { writeFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { exampleWallet } from '@golem/api/examples'
import { describe, expect, it } from 'vitest'
import { testHome } from '../test/test-home.ts'
import { testIo } from '../test/test-io.ts'
import { withDaemon } from '../test/with-daemon.ts'
import { homeOf } from './home-of.ts'
import { createProgram } from './program.ts'
import { run } from './run.ts'

const CID = 'bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku'
const ID = `0x${'1d'.repeat(32)}`
const WHO = `0x${'0b'.repeat(20)}`

const at = testHome()

describe('usage', () => {
  it('shows an example for every command', () => {
    const program = createProgram(async () => {}, testIo({ cwd: at.folder }))
    const all = [program, ...program.commands.flatMap((command) => [command, ...command.commands])]
    expect(all.length).toBeGreaterThan(20)
    for (const command of all) {
      let help = ''
      command.configureOutput({ writeOut: (text) => (help += text) })
      command.outputHelp()
      expect(help).toMatch(/Examples?:\n {2}\$ golem \w+/)
      expect(help).toContain('--json')
    }
  })

  it('says which version it is', async () => {
    expect(await at.golem(['--version'])).toEqual({
      exitCode: 0,
      out: expect.stringMatching(/^\d+\.\d+\.\d+\n$/),
      err: '',
    })
  })

  it('tells help from wrong usage', async () => {
    expect(await at.golem(['jobs', '--help'])).toMatchObject({ exitCode: 0, err: '' })
    const nothing = await at.golem([])
    expect(nothing).toMatchObject({ exitCode: 2, out: '' })
    expect(nothing.err).toMatch(/^Usage: golem .*golem: No command is named\. Begin with `golem up --dev`[^\n]*\n$/s)
    expect(nothing.err).not.toContain('outputHelp')
    const asJson = await at.golem(['--json'])
    expect([asJson.exitCode, asJson.err, JSON.parse(asJson.out)]).toMatchObject([2, '', { error: { code: 'USAGE' } }])
  })

  it.each([
    [['jbos'], /unknown command 'jbos'.*jobs/s],
    [['jobs', '--nope'], /unknown option '--nope'/],
    [['render'], /missing required argument 'file'/],
    [['render', 'scene.blend', '--budget', '-1'], /Write an amount of GLM/],
    [['render', 'scene.blend', '--samples', '0'], /Write a whole number/],
    [['render', 'scene.blend', '--budget', '9'.repeat(30)], /There are not so many GLM/],
    [['render', 'scene.blend', '--deadline', 'soon'], /Write a time such as/],
    [['render', 'scene.blend', '--deadline', '364d'], /At most 360 days are possible/],
    [['render', 'scene.blend', '--offer-timeout', '2d'], /At most 1 day is possible/],
    [['wallet', 'withdraw', '0'], /Write an amount of GLM above 0/],
    [['render', 'scene.blend', '--denoise', 'on'], /Allowed choices are off/],
    [['render', 'scene.blend', '--check', 'crops=0'], /crops=4/],
    [['job', 'x', 'explode'], /Allowed choices are show, watch, pause, cancel, resume, budget, redo/],
    [['wallet', 'deposit', 'all'], /Write an amount of GLM/],
    [['wallet', 'send', '1', 'ada'], /Write an address/],
    [['chain', 'deploy'], /required option '--rpc/],
    [['chain', 'use', '--rpc', 'http://127.0.0.1:1'], /A chain is named by --rpc and --token/],
    [['chain', 'use', '--rpc', 'http://127.0.0.1:1', '--token', 'glm'], /Write an address/],
    [['registry', 'certify', 'blender'], /required option '--reason/],
    [['blacklist', 'add', 'friend', WHO, '--evidence', CID], /Allowed choices are provider, requestor/],
    [['blacklist', 'add', 'provider', WHO, '--evidence', CID, '--days', '181'], /from 1 to 180/],
    [['blacklist', 'mode', 'on'], /Allowed choices are auto, warn, off/],
    [['up'], /No chain is named/],
    [['up', '--dev', '--rpc-url', 'http://127.0.0.1:1'], /Both --dev and --rpc-url/],
  ])('refuses %j with one sentence and exit code 2', async (argv, sentence) => {
    const { exitCode, out, err } = await at.golem(argv)
    expect([exitCode, out]).toEqual([2, ''])
    expect(err).toMatch(sentence)
    expect(err).toMatch(/^golem: [^\n]+\n([^\n]*Did you mean[^\n]*\n)?$/)
    const asJson = await at.golem([...argv, '--json'])
    expect([asJson.exitCode, asJson.err]).toEqual([2, ''])
    expect(JSON.parse(asJson.out)).toMatchObject({ error: { message: expect.stringMatching(sentence) } })
  })

  it('takes an empty home for none', () => {
    const io = { cwd: '/work', env: { GOLEM_HOME: 'grid' } }
    expect(homeOf('mine', io)).toBe('/work/mine')
    expect(homeOf('', io)).toBe('/work/grid')
    expect(homeOf('', { ...io, env: { GOLEM_HOME: '' } })).toBe(join(homedir(), '.golem'))
    expect(homeOf(undefined, { ...io, env: {} })).toBe(join(homedir(), '.golem'))
  })

  it('examines the machine where no daemon runs, and that is no failure by itself', async () => {
    const { exitCode, out } = await at.golem(['doctor'])
    expect([exitCode, out]).toEqual([
      1,
      `ok    daemon: none runs. Start it with \`golem up\`.\nFAIL  sandbox: none for ${at.home}\n      Install runc.\n`,
    ])
    const broken = await at.golem(['--home', join(at.folder, 'broken'), 'doctor'])
    expect(broken).toMatchObject({ exitCode: 1, out: expect.stringContaining('out of order') })
    const policy = await at.golem(['doctor', '--app', 'blender'])
    expect(policy).toMatchObject({ exitCode: 1, out: expect.stringContaining('Only a daemon knows its policy') })
  })

  it('names the remedy where no daemon runs', async () => {
    const { exitCode, err } = await at.golem(['status'])
    expect([exitCode, err]).toEqual([1, 'golem: The daemon does not answer. Start it with `golem up`.\n'])
  })
})

describe('with a daemon', () => {
  const on = withDaemon(at)

  it('adds, lists, fetches and lets go of content', async () => {
    const cid = 'bafybeihn2xhqj3vieqrebzw63v2minli6ih36riqeztbhqfaylsd2qrpeq'
    expect((await at.golem(['data', 'add', 'scene.blend'])).out).toBe(`${cid}  2 MiB\n`)
    expect(await at.golem(['data', 'add', 'nothing'])).toMatchObject({
      exitCode: 2,
      err: expect.stringMatching(/There is no file/),
    })
    expect((await at.golem(['data', 'ls'])).out).toBe(
      `${cid}  2 MiB  kept for person, job/7f3a9c21\n3 MiB of 50 GiB used.\n`,
    )
    expect((await at.golem(['data', 'ls', cid])).out).toMatch(/2 MiB {2}scene\.blend\n.*1 KiB {2}textures\/\n$/)
    expect((await at.golem(['data', 'get', cid, '--out', 'here'])).out).toBe(`2 MiB in ${join(at.folder, 'here')}\n`)
    expect((await at.golem(['data', 'export', cid])).out).toBe(`2 MiB in ${join(at.folder, `${cid}.car`)}\n`)
    const imported = await at.golem(['data', 'import', 'some.car'])
    expect(imported).toMatchObject({
      exitCode: 0,
      out: `${cid}  in part\n`,
      err: expect.stringMatching(/fetches the rest/),
    })
    expect(await at.golem(['data', 'pin', cid])).toMatchObject({
      exitCode: 1,
      err: expect.stringMatching(/nobody has it/),
    })
    expect((await at.golem(['data', 'pin', cid, '--from', '/ip4/1.2.3.4/tcp/1/p2p/16U'])).out).toBe('2 MiB kept.\n')
    expect((await at.golem(['data', 'unpin', cid])).out).toMatch(/^Let go/)
    expect(JSON.parse((await at.golem(['data', 'gc', '--json'])).out)).toEqual({ blocks: 3, bytes: 1_048_576 })
    expect(await at.golem(['data', 'get', 'scene.blend'])).toMatchObject({
      exitCode: 2,
      err: expect.stringMatching(/a CID is needed/),
    })
  })

  it('has a daemon that runs take claims of its own key, and no other key', async () => {
    const { address } = exampleWallet
    await writeFile(join(at.folder, 'own.json'), JSON.stringify({ address, kdfparams: {} }))
    await writeFile(join(at.folder, 'word'), 'correct horse')
    const own = await at.golem(['wallet', 'import', 'own.json', '--password-file', 'word'])
    expect(own.out).toContain(`The key of ${address} and 2 claims are encrypted`)
    expect(own.out).toContain('The node starts anew with them.')
    await writeFile(join(at.folder, 'other.json'), '{}')
    expect((await at.golem(['wallet', 'import', 'other.json'])).err).toContain('This node has another key.')
  })

  it('tells status, offers and wallet', async () => {
    expect((await at.golem(['status'])).out).toContain('chain     31337 (development), answers')
    expect((await at.golem(['offers'])).out).toContain('0x7099…79c8  blender 3.4.1  2      1.10   0.1 GLM')
    expect((await at.golem(['wallet'])).out).toContain('deposited   8 GLM free, 2 GLM locked for jobs')
    expect((await at.golem(['wallet'])).out).toMatch(/lock +2 GLM +gas 0\.000051234 ETH +job 7f3a9c21\n11 more/)
    expect(JSON.parse((await at.golem(['wallet', '--json'])).out)).toMatchObject({ chainId: 31_337 })
  })

  it('tells how others reach this node, and what keeps them from it', async () => {
    const { out } = await at.golem(['net'])
    expect(out).toMatch(/reachable +through relays only\n +Peers see it as 5\.6\.7\.8/)
    expect(out).toMatch(/Forward TCP port 4001/)
    expect(out).toMatch(/0x3c44…93bc +tcp +outbound/)
    expect(JSON.parse((await at.golem(['net', '--json'])).out).reachability.state).toBe('relayed')
  })

  it('has a backup written, encrypted under a new password or plain', async () => {
    await writeFile(join(at.folder, 'password'), 'correct horse\n')
    const encrypted = await at.golem(['wallet', 'export', 'b.json', '--password-file', 'password', '--json'])
    expect(JSON.parse(encrypted.out)).toMatchObject({ path: join(at.folder, 'b.json'), claims: 2, encrypted: true })
    const plain = await at.golem(['wallet', 'export', 'b.json', '--plain'])
    expect(plain.out).toMatch(/2 claims are in plain in .*b.json.\nWhoever reads it has the money/)
    expect(await at.golem(['wallet', 'export', 'b.json'])).toMatchObject({
      exitCode: 2,
      err: expect.stringMatching(/No password was given.*--password-file/),
    })
  })

  it('shows what gas costs before it does anything, and does it where it may', async () => {
    const deposit = ['wallet', 'deposit', '2.5']
    const refused = await at.golem(deposit)
    expect(refused).toMatchObject({ exitCode: 2, out: '' })
    expect(refused.err).toMatch(
      /Moves 2\.5 GLM .* Gas: about 0\.000051234 ETH in one transaction\. To do it, say --yes/,
    )
    expect((await at.golem([...deposit, '--json'], { terminal: true })).exitCode).toBe(2)
    expect(on.daemon.acted).toEqual([])

    const done = await at.golem([...deposit, '--yes'])
    expect(done).toMatchObject({ exitCode: 0, err: '' })
    expect(done.out).toMatch(/^Moves .*\nGas: about .*\nDone in 0xab.*, gas 0\.000051234 ETH\.\n$/)
    expect(JSON.parse((await at.golem([...deposit, '--yes', '--json'])).out)).toMatchObject({
      receipt: { gasUsed: '51234' },
    })
    expect(on.daemon.acted).toEqual([1, 2].map(() => ({ act: 'deposit', amountWei: '2500000000000000000' })))
  })

  it.each([
    ['n', 1, 0],
    ['', 1, 0],
    ['y', 0, 1],
  ])('asks a person at a terminal, who says %j', async (answer, exitCode, acts) => {
    const io = testIo({ cwd: at.folder, terminal: true })
    io.answer('Go ahead? [y/N]', answer)
    expect(await run(['--home', at.home, 'crowdfund', 'refund'], io)).toBe(exitCode)
    expect(on.daemon.acted).toHaveLength(acts)
    if (acts === 0) expect(io.out()).toContain('Nothing was done.')
  })

  it.each([
    [
      ['wallet', 'send', '1', `0x${'AB'.repeat(20)}`, '--eth'],
      { act: 'send', coin: 'eth', to: `0x${'ab'.repeat(20)}` },
    ],
    [['wallet', 'settle'], { act: 'settle' }],
    [['registry', 'publish', 'blender'], { act: 'publish', app: 'blender' }],
    [['registry', 'certify', 'blender', '--reason', 'scene.blend'], { act: 'certify', reason: /^bafybeihn2/ }],
    [['registry', 'denounce', ID, '--reason', CID], { act: 'denounce', application: ID, reason: CID }],
    [['blacklist', 'add', 'provider', WHO, '--evidence', CID, '--days', '30'], { act: 'list', subject: WHO, days: 30 }],
    [['blacklist', 'remove', 'author', WHO], { act: 'delist', kind: 'author', subject: WHO }],
    [['blacklist', 'appeal', WHO, 'provider', WHO, '--statement', CID], { act: 'appeal', owner: WHO, statement: CID }],
    [['crowdfund', 'contribute', '0.5'], { act: 'contribute', amountWei: '500000000000000000' }],
    [['crowdfund', 'finalize'], { act: 'finalize' }],
  ])('has the daemon do %j', async (argv, act) => {
    expect(await at.golem([...argv, '--yes'])).toMatchObject({ exitCode: 0, err: '' })
    const expected = Object.entries(act).map(([key, value]) => [
      key,
      value instanceof RegExp ? expect.stringMatching(value) : value,
    ])
    expect(on.daemon.acted).toEqual([expect.objectContaining(Object.fromEntries(expected))])
  })

  it('shows registry, lists and crowdfunding', async () => {
    expect((await at.golem(['registry', 'show'])).out).toMatch(/^blender 1\.2\.0 +by 0xa0a0…a0a0 +certified by 1 +0xa9/)
    expect((await at.golem(['registry', 'show', 'blender'])).out).toMatch(/asks for +network\nroyalty +1\.5 %/)
    expect((await at.golem(['trust'])).out).toMatch(
      /provides blender 3\.4\.1 +0 accepted +3 rejected +0 late or gone +20 % +not hired/,
    )
    const { out } = await at.golem(['trust', 'show', WHO])
    expect(out).toContain('It is not hired: 20 % is expected to be good.')
    expect(out).toMatch(/rejected under 0x[cd]+: evidence bafy/)
    expect((await at.golem(['trust', 'rerun', `bafkrei${'a'.repeat(52)}`])).out).toMatch(
      /It said: rejected .*\nFound here: accepted .*\nThe verdict does not hold here\./,
    )
    const admitted = await at.golem(['trust', 'admit', `bafkrei${'a'.repeat(52)}`, '16Uiu2HAmExample'])
    expect(admitted.out).toMatch(/golem trust rerun bafkreia+ --key 0x(e5){81}/)
    expect((await at.golem(['dispute'])).out).toMatch(/^4 +0x70.* against 0x3c.*the panel is judging until .*of 9/)
    expect((await at.golem(['stake'])).out).toContain('This node is drawn for panels, with 150')
    expect((await at.golem(['stake', 'add', '100', '--yes'])).out).toContain('Done in 0x')
    expect((await at.golem(['dispute', 'open', `bafkrei${'a'.repeat(52)}`, '--yes'])).out).toContain('Done in 0x')
    expect((await at.golem(['blacklist', 'show'])).out).toMatch(/set to auto: whom they name is not worked with\./)
    expect((await at.golem(['blacklist', 'show', WHO])).out).toMatch(
      /^provider +0xc1.* until 2026-01-07 +evidence bafkrei/,
    )
    expect((await at.golem(['blacklist', 'follow', WHO])).out).toContain(`${WHO}  0 entries  never read`)
    expect((await at.golem(['blacklist', 'follow', WHO, '--stop'])).out).not.toContain(`${WHO}  0`)
    expect((await at.golem(['blacklist', 'mode', 'off'])).out).toContain('they do nothing')
    expect((await at.golem(['crowdfund', 'status'])).out).toMatch(/raised +200,?000 ETH of/)
    expect(JSON.parse((await at.golem(['crowdfund', 'status', '--json'])).out)).toMatchObject({ state: 'funding' })
  })

  it('says which money is missing', async () => {
    expect(await at.golem(['wallet', 'withdraw', '9', '--yes'])).toMatchObject({
      exitCode: 1,
      err: 'golem: Only 8 GLM are free. Withdraw less.\n',
    })
  })

  it('fails where the doctor found something, and names the remedy', async () => {
    const { exitCode, out } = await at.golem(['doctor'])
    expect(exitCode).toBe(1)
    expect(out).toContain('FAIL  sandbox: runc is missing\n      apt install runc')
  })

  it('begins, changes, pauses and ends lending, and tells what it is like', async () => {
    const said = 'provide --cores 2 --memory 4GiB --disk 20GiB --price 0.1/core-hour --when idle --no-on-metered'
    const { exitCode, out } = await at.golem(said.split(' '))
    expect(exitCode).toBe(0)
    expect(out).toContain('open: The machine lends because nobody uses it.')
    expect(out).toContain('2 cores, 4 GiB of memory, 20 GiB of disk')
    for (const more of ['--pause 1h', '--resume', '--off', '--schedule none', '']) {
      await at.golem(['provide', ...more.split(' ').filter(Boolean)])
    }
    expect(on.daemon.lendingChanges).toEqual([
      {
        isOn: true,
        pauseMs: null,
        cores: 2,
        memoryBytes: 4 * 2 ** 30,
        diskBytes: 20 * 2 ** 30,
        pricePerCoreHourWei: '100000000000000000',
        when: 'idle',
        onMetered: false,
      },
      { pauseMs: 3_600_000 },
      { isOn: true, pauseMs: null },
      { isOn: false },
      { isOn: true, pauseMs: null, schedule: null },
      { isOn: true, pauseMs: null },
    ])
    expect((await at.golem(['provide', 'show'])).out).toContain('last input 12 min 0 s ago (GNOME)')
    expect(on.daemon.lendingChanges).toHaveLength(6)
    expect(await at.golem(['provide', '--off', '--pause', '1h'])).toMatchObject({ exitCode: 2 })
    expect((await at.golem(['provide', '--when', 'schedule'])).err).toBe(
      'golem: Lending by a schedule needs one. Say when.\n',
    )
  })
})
