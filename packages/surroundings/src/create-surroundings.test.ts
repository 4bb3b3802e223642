import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { surroundingsCompliance } from '@golem/ports/compliance'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type MockSession, mockGnome, mockLogind, mockNetworkManager, startBus, type TestBus } from '../test/bus.ts'
import { startCompositor } from '../test/compositor.ts'
import { startXServer } from '../test/x-server.ts'
import { createSurroundings, type SurroundingsOptions } from './index.ts'
import { readHidIdleTime } from './input/mac-input.ts'

const SPIN = 'for (;;) ;'
const spin = () => {
  const child = spawn(process.execPath, ['-e', SPIN], { stdio: 'ignore' })
  return async () => {
    const exited = once(child, 'exit')
    child.kill('SIGKILL')
    await exited
  }
}

surroundingsCompliance('of this machine, with an X server', async () => {
  const server = await startXServer()
  const folder = await mkdtemp(join(tmpdir(), 'golem-surroundings-'))
  const surroundings = createSurroundings(
    { sandboxCpuMs: async () => 0 },
    { env: { DISPLAY: server.display, XDG_RUNTIME_DIR: folder, DBUS_SYSTEM_BUS_ADDRESS: `unix:path=${folder}/none` } },
  )
  return {
    surroundings,
    touch: server.touch,
    compute: async () => spin(),
    remove: async () => {
      await server.stop()
      await rm(folder, { recursive: true })
    },
  }
})

describe('surroundings', () => {
  let folder: string
  const ends: (() => Promise<unknown>)[] = []
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'golem-surroundings-'))
  })
  afterEach(async () => {
    for (const end of ends.splice(0).reverse()) await end()
    await rm(folder, { recursive: true })
  })

  const bus = async (): Promise<TestBus> => {
    const started = await startBus()
    ends.push(started.stop)
    return started
  }
  /** Nothing of the machine's own desktop is seen. */
  const look = (env: Record<string, string> = {}, options: SurroundingsOptions = {}) => {
    const none = `unix:path=${folder}/none`
    const surroundings = createSurroundings(
      { sandboxCpuMs: async () => 0 },
      {
        sysPath: folder,
        env: {
          XDG_RUNTIME_DIR: folder,
          DISPLAY: ':4093',
          DBUS_SESSION_BUS_ADDRESS: none,
          DBUS_SYSTEM_BUS_ADDRESS: none,
          ...env,
        },
        ...options,
      },
    )
    ends.push(surroundings.stop)
    return surroundings
  }

  it('asks nobody on a machine without a desktop', async () => {
    expect(await look().look()).toMatchObject({
      inputIdleMs: null,
      inputBy: null,
      isOnBattery: false,
      isMetered: false,
    })
  })

  it('asks GNOME over its session bus, under Wayland too', async () => {
    const session = await bus()
    let idleMs = 123_456
    await mockGnome(session.connect(), () => idleMs)
    const here = look({ DBUS_SESSION_BUS_ADDRESS: session.address, WAYLAND_DISPLAY: 'wayland-9' })
    expect(await here.look()).toMatchObject({ inputBy: 'GNOME', inputIdleMs: 123_456 })
    idleMs = 5
    expect(await here.look()).toMatchObject({ inputIdleMs: 5 })
  })

  it.each(['ext_idle_notifier_v1', 'org_kde_kwin_idle'] as const)(
    'asks a Wayland compositor by %s',
    async (protocol) => {
      const compositor = await startCompositor(join(folder, 'wayland-7'), protocol)
      ends.push(compositor.stop)
      const here = look({ WAYLAND_DISPLAY: 'wayland-7' })
      expect(await here.look()).toMatchObject({ inputBy: 'Wayland', inputIdleMs: 0 })
      expect(compositor.timeouts).toEqual([1_000])
      compositor.say('idle')
      await expect.poll(async () => (await here.look()).inputIdleMs).toBeGreaterThanOrEqual(1_000)
      compositor.say('resumed')
      await expect.poll(async () => (await here.look()).inputIdleMs).toBe(0)
    },
  )

  it('never asks the X server that runs inside a Wayland compositor: it sees input to X programs only', async () => {
    const server = await startXServer()
    ends.push(server.stop)
    expect(await look({ DISPLAY: server.display, XDG_SESSION_TYPE: 'wayland' }).look()).toMatchObject({ inputBy: null })
    expect(await look({ DISPLAY: server.display }).look()).toMatchObject({ inputBy: 'X11' })
  })

  it('asks the list of sessions last, for desktops only, and goes by the one that is in use', async () => {
    const system = await bus()
    const nowMs = Date.now()
    const sessions: MockSession[] = [
      { class: 'user', type: 'tty', isIdle: false, idleSinceMs: nowMs },
      { class: 'greeter', type: 'x11', isIdle: false, idleSinceMs: nowMs },
      { class: 'user', type: 'x11', isIdle: true, idleSinceMs: nowMs - 600_000 },
      { class: 'user', type: 'wayland', isIdle: true, idleSinceMs: nowMs - 400_000 },
    ]
    await mockLogind(system.connect(), sessions)
    const here = look({ DBUS_SYSTEM_BUS_ADDRESS: system.address })
    const { inputBy, inputIdleMs } = await here.look()
    expect(inputBy).toBe('logind')
    expect(inputIdleMs).toBeGreaterThanOrEqual(400_000)
    expect(inputIdleMs).toBeLessThan(600_000)
    Object.assign(sessions[2] ?? {}, { isIdle: false })
    expect(await here.look()).toMatchObject({ inputIdleMs: 0 })
  })

  it('counts a server that only terminals are open on as one that nobody can be asked about', async () => {
    const system = await bus()
    await mockLogind(system.connect(), [{ class: 'user', type: 'tty', isIdle: false, idleSinceMs: 0 }])
    expect(await look({ DBUS_SYSTEM_BUS_ADDRESS: system.address }).look()).toMatchObject({ inputBy: null })
  })

  it('goes on when a desktop goes, with whoever can be asked then', async () => {
    const server = await startXServer()
    const here = look({ DISPLAY: server.display })
    expect(await here.look()).toMatchObject({ inputBy: 'X11' })
    await server.stop()
    expect(await here.look()).toMatchObject({ inputBy: null, inputIdleMs: null })
    const session = await bus()
    await mockGnome(session.connect(), () => 1)
    expect(await look({ DBUS_SESSION_BUS_ADDRESS: session.address }).look()).toMatchObject({ inputBy: 'GNOME' })
  })

  it.each([
    [0, false],
    [1, true],
    [2, false],
    [3, true],
    [4, false],
  ])('knows by NetworkManager whether the network is metered: %i', async (value, isMetered) => {
    const system = await bus()
    await mockNetworkManager(system.connect(), () => value)
    expect(await look({ DBUS_SYSTEM_BUS_ADDRESS: system.address }).look()).toMatchObject({ isMetered })
  })

  it.each([
    ['on mains', { AC: { type: 'Mains', online: '1' }, BAT0: { type: 'Battery', status: 'Charging' } }, false],
    ['on its battery', { AC: { type: 'Mains', online: '0' }, BAT0: { type: 'Battery', status: 'Discharging' } }, true],
    ['on a power bank', { BAT0: { type: 'Battery', status: 'Discharging' }, usb: { type: 'USB', online: '1' } }, false],
    [
      'without a battery, with a mouse that has one',
      { m: { type: 'Battery', status: 'Discharging', scope: 'Device' } },
      false,
    ],
    ['without any', {}, false],
  ])('knows whether it is %s', async (_name, supplies: Record<string, Record<string, string>>, isOnBattery) => {
    for (const [name, files] of Object.entries(supplies)) {
      const path = join(folder, 'class/power_supply', name)
      await mkdir(path, { recursive: true })
      for (const [file, text] of Object.entries(files)) await writeFile(join(path, file), `${text}\n`)
    }
    expect(await look().look()).toMatchObject({ isOnBattery })
  })

  it('leaves out of the load what the sandboxes use', async () => {
    let sandboxMs = 0
    const surroundings = createSurroundings({ sandboxCpuMs: async () => sandboxMs }, { sysPath: folder })
    ends.push(surroundings.stop)
    await surroundings.look()
    const end = spin()
    ends.push(end)
    // Said to be ours, all that is computed is, and more.
    sandboxMs = 1e9
    await new Promise((resolve) => setTimeout(resolve, 300))
    expect((await surroundings.look()).otherCores).toBe(0)
  })

  it('reads what macOS says', () => {
    const text = `+-o IOHIDSystem  <class IOHIDSystem, id 0x1000>\n  |   "HIDIdleTime" = 4281250000\n  |   "HIDParameters" = {"x" = 1}`
    expect(readHidIdleTime(text)).toBe(4_281.25)
    expect(() => readHidIdleTime('+-o Root')).toThrow()
  })
})
