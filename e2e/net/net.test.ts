import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { JobDetail, Net, Wallet } from '@golem/api'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { differingValues } from '../src/compare-pictures.ts'
import type { RunningCli } from '../src/golem-node.ts'
import { makeScenes } from '../src/make-scenes.ts'
import { processesOn } from '../src/processes.ts'
import { renderAlone } from '../src/render-alone.ts'
import { until } from '../src/until.ts'
import { whyNoHosts } from './hosts/can-make-hosts.ts'
import { ownedName } from './hosts/owned-name.ts'
import { type Hosts, type NodeOnHost, startHosts } from './start-hosts.ts'

const FRAMES = Array.from({ length: 12 }, (_, index) => index + 1)
/** A frame takes a core about two seconds. */
const SAMPLES = 350
/** A cut of the network that no connection outlives by itself. */
const PARTITION_MS = 60_000
/** Of a machine that does much else. */
const PATIENCE_MS = 600_000

const whyNot = await whyNoHosts()
if (whyNot !== null) console.log(`test:net is skipped: ${whyNot}`)

describe.skipIf(whyNot !== null)('a grid across three networks, two of them behind routers', () => {
  let folder: string
  let hosts: Hosts
  let scene: string
  let alone: string
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), ownedName('')))
    const starting = startHosts(folder).then((started) => {
      hosts = started
    })
    scene = (await makeScenes(join(folder, 'scenes'))).moving
    alone = join(folder, 'alone')
    const rendering = renderAlone(scene, FRAMES, { folder: alone, change: `scene.cycles.samples = ${SAMPLES}` })
    // Both end before any failure is told, so that nothing goes on that nobody stops.
    for (const part of await Promise.allSettled([starting, rendering]))
      if (part.status === 'rejected') throw part.reason
  }, PATIENCE_MS)
  afterAll(async () => {
    await hosts?.stop()
    await until('the end of all that ran there', async () => (await processesOn(folder)).length === 0)
    await rm(folder, { recursive: true, force: true, maxRetries: 5 })
  }, PATIENCE_MS)

  const netOf = (node: NodeOnHost) => node.json<Net>(['net'])
  const jobOf = (id: string) => hosts.ada.json<JobDetail>(['job', id])
  const waitFor = async <T>(what: string, ask: () => Promise<T | null | false | undefined>): Promise<T> => {
    let asked = 0
    return await until(
      what,
      async () => {
        if (asked++ > 0) await sleep(500)
        return await ask()
      },
      PATIENCE_MS / 2,
    )
  }

  type Begun = { running: RunningCli; id: string; out: string; frames: number }

  async function beginJob(name: string, frames: number): Promise<Begun> {
    const known = new Set((await hosts.ada.json<JobDetail[]>(['jobs'])).map(({ id }) => id))
    const out = join(folder, name)
    const running = hosts.ada.begin([
      ...['render', scene, '--frames', `1-${frames}`, '--tiles', '1x2', '--samples', `${SAMPLES}`],
      ...['--yes', '--json', '--out', out],
    ])
    const job = await waitFor('the job', async () => {
      const jobs = await hosts.ada.json<JobDetail[]>(['jobs'])
      return jobs.find(({ id }) => !known.has(id))
    })
    return { running, id: job.id, out, frames }
  }

  /** The same pixels as without a grid, each part accepted once, and paid once at its price. */
  async function expectRight({ running, id, out, frames }: Begun): Promise<JobDetail> {
    const { code, stderr } = await running.done
    if (code !== 0) throw new Error(`golem render ended with ${code}:\n${stderr}`)
    const job = await jobOf(id)
    expect(job.state).toBe('done')
    const names = (await readdir(alone)).sort().slice(0, frames)
    expect((await readdir(out)).sort()).toEqual(names)
    for (const name of names) {
      expect([name, await differingValues(join(out, name), join(alone, name))]).toEqual([name, 0])
    }
    const worthWei = job.list.reduce((sum, { priceWei }) => sum + BigInt(priceWei), 0n)
    const earnedWei = job.providers.reduce((sum, provider) => sum + BigInt(provider.earnedWei), 0n)
    expect([BigInt(job.spentWei), earnedWei]).toEqual([worthWei, worthWei])
    expect(job.providers.reduce((sum, { accepted }) => sum + accepted, 0)).toBe(job.list.length)
    return job
  }

  const workers = (job: JobDetail) => job.providers.filter(({ accepted }) => accepted > 0).map(({ address }) => address)
  const begun = (id: string) =>
    waitFor('an accepted part', async () => {
      const job = await jobOf(id)
      return job.subtasks.accepted > 0 && job.subtasks.accepted < job.subtasks.total && job
    })

  it('who can be dialled relays for who cannot, and each says how it stands', async () => {
    const relay = await waitFor('the relay', async () => {
      const net = await netOf(hosts.relay)
      return (net.serving?.reservations ?? 0) >= 4 && net
    })
    expect(relay.reachability).toMatchObject({ state: 'direct', remedy: null })
    for (const node of [hosts.ada, hosts.carl]) {
      const net = await waitFor('a place at the relay', async () => {
        const now = await netOf(node)
        return now.reachability.state === 'relayed' && now
      })
      expect(net.relays.map(({ peerId }) => peerId)).toEqual([hosts.relay.peerId])
      expect(net.reachability.why).toMatch(/5\.44\.0\.\d0, which is its router, .*did not answer in time/)
      expect(net.reachability.remedy).toMatch(/^Forward TCP port \d+/)
      expect(net.announced.some((address) => address.startsWith('/ip4/5.44.0.10/tcp/4001/'))).toBe(true)
    }
  })

  it('two behind routers find each other, and a hole through both', async () => {
    const direct = await waitFor('a way around the relay', async () => {
      const { connections } = await netOf(hosts.ada)
      return connections.find(({ peerId, by }) => peerId === hosts.carl.peerId && by === 'webrtc')
    })
    expect(direct.address).toBe(hosts.carl.address)
  })

  it('who was told of nobody finds its neighbours by multicast, and through them the others', async () => {
    await waitFor('all others', async () => {
      const { connections } = await netOf(hosts.erin)
      const others = [hosts.relay, hosts.ada, hosts.bert, hosts.carl, hosts.dora]
      return others.every((node) => connections.some(({ peerId }) => peerId === node.peerId))
    })
  })

  it('a host whose clock is an hour ahead goes by that of the others, and says so', async () => {
    const { clock } = await waitFor('the time', async () => {
      const net = await netOf(hosts.bert)
      return net.clock.correctionMs !== 0 && net
    })
    expect(clock.correctionMs / 60_000).toBeCloseTo(-60, 0)
    expect((await netOf(hosts.ada)).clock.offsetMs).toBe(0)
    const { stdout } = await hosts.bert.golem(['doctor'])
    expect(stdout).toMatch(/FAIL {2}clock: 60 minutes ahead of most peers/)
  })

  it('a job ends right over slow and lossy lines', async () => {
    // Between the homes: 50 ms each way, and one packet in a hundred is lost.
    for (const { uplink } of [hosts.adasHome, hosts.carlsHome]) uplink.shape({ delayMs: 25, lossPercent: 0.5 })
    const job = await expectRight(await beginJob('slow', 6))
    const all = [hosts.bert, hosts.carl, hosts.dora].map(({ address }) => address)
    expect(all).toEqual(expect.arrayContaining(workers(job)))
    expect(workers(job).length).toBeGreaterThan(1)
  })

  it('a job outlives a minute without the other home, whose providers come back and are paid', async () => {
    const job = await beginJob('partition', FRAMES.length)
    await begun(job.id)
    hosts.carlsHome.uplink.cut()
    await sleep(PARTITION_MS)
    hosts.carlsHome.uplink.mend()
    const ended = await expectRight(job)
    for (const node of [hosts.carl, hosts.dora]) {
      await waitFor('the other home', async () => (await netOf(node)).relays.length > 0)
      const owedWei = earnedIn(ended, node)
      await waitFor('its money', async () => BigInt((await node.json<Wallet>(['wallet'])).earnedWei) >= owedWei)
    }
    await waitFor('the ways between the homes', async () => {
      const { connections } = await netOf(hosts.ada)
      return [hosts.carl, hosts.dora].every((node) => connections.some(({ peerId }) => peerId === node.peerId))
    })
    const next = await expectRight(await beginJob('healed', 6))
    expect(workers(next)).not.toEqual([hosts.bert.address])
  })

  it('a job outlives a host that vanishes, and one that gets another address', async () => {
    const job = await beginJob('moving', FRAMES.length)
    await begun(job.id)
    await hosts.dora.host.unplug()
    await hosts.bert.host.move('192.168.20.77')
    await expectRight(job)
    const moved = await waitFor('the new address', async () => {
      const net = await netOf(hosts.bert)
      return net.announced.some((address) => address.includes('192.168.20.77')) && net.relays.length > 0 && net
    })
    expect(moved.announced.some((address) => address.includes('192.168.20.3'))).toBe(false)
  })
})

const earnedIn = (job: JobDetail, node: NodeOnHost): bigint =>
  BigInt(job.providers.find(({ address }) => address === node.address)?.earnedWei ?? '0')
