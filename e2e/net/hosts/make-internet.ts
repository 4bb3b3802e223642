import { ownedName } from './owned-name.ts'
import { endAllOn } from './remove-left-behind.ts'
import { run } from './run.ts'
import { type Wire, wireMaker } from './wire.ts'

/** A machine: a network namespace of its own. Programs run on it, files are everybody's. */
export type Host = {
  readonly name: string
  /** In its network, without a prefix length. */
  address(): string
  /** Goes before a command to run it there. */
  readonly inside: readonly string[]
  /** As DHCP gives another one: what was open to the old one is dead, and nobody is told. */
  move(address: string): Promise<void>
  /** The cable is out. */
  unplug(): Promise<void>
}

/** A home or an office: hosts behind a router that lets nothing in which was not asked for. */
export type Subnet = {
  /** How the world sees it. */
  readonly publicAddress: string
  /** From the router to the world. */
  readonly uplink: Wire
  addHost(name: string): Promise<Host>
}

/** Networks of hosts, joined by one that has public addresses. */
export type Internet = {
  addHost(name: string, address: string): Promise<Host>
  /** @param lan the first three digits of the network behind the router */
  addSubnet(name: string, options: { publicAddress: string; lan: string }): Promise<Subnet>
  stop(): Promise<void>
}

/** Other prefixes of the public network than any that is really used by somebody here. */
const PREFIX = 24
/**
 * What most routers at home do: the port is kept where it can be, so that it is the same for whomever is spoken with;
 * what comes in must be an answer.
 */
const ROUTER_RULES = `table ip golem {
  chain after {
    type nat hook postrouting priority 100;
    oifname "wan" masquerade
  }
  chain through {
    type filter hook forward priority 0; policy accept;
    iifname "wan" ct state new drop
  }
  chain in {
    type filter hook input priority 0; policy accept;
    iifname "wan" ct state new drop
  }
}
`

/**
 * Makes an internet inside this machine. Needs root, iproute2, nftables and a C compiler. What it leaves if it is killed,
 * `removeLeftBehind` removes.
 *
 * @example
 * const internet = await makeInternet({ folder })
 * const relay = await internet.addHost('relay', '5.44.0.10')
 * const home = await internet.addSubnet('home', { publicAddress: '5.44.0.20', lan: '192.168.20' })
 * const laptop = await home.addHost('laptop')
 */
export async function makeInternet({ folder }: { folder: string }): Promise<Internet> {
  const wires = await wireMaker(folder)
  const namespaces: string[] = []
  let count = 0

  const addNamespace = async (name: string): Promise<string> => {
    const namespace = ownedName(name)
    await run('ip', ['netns', 'add', namespace])
    namespaces.push(namespace)
    await run('ip', ['-n', namespace, 'link', 'set', 'lo', 'up'])
    return namespace
  }
  const addBridge = async (namespace: string): Promise<void> => {
    await run('ip', ['-n', namespace, 'link', 'add', 'lan', 'type', 'bridge'])
    await run('ip', ['-n', namespace, 'link', 'set', 'lan', 'up'])
  }
  const plug = async (namespace: string, interfaceName: string): Promise<void> => {
    await run('ip', ['-n', namespace, 'link', 'set', interfaceName, 'master', 'lan', 'up'])
  }
  const address = async (namespace: string, interfaceName: string, text: string): Promise<void> => {
    await run('ip', ['-n', namespace, 'addr', 'add', `${text}/${PREFIX}`, 'dev', interfaceName])
    await run('ip', ['-n', namespace, 'link', 'set', interfaceName, 'up'])
  }
  /** Loss is what cubic is slowed by; the default, BBR, hides it. */
  const defaultRoute = (namespace: string, gateway: string) =>
    run('ip', ['-n', namespace, 'route', 'replace', 'default', 'via', gateway, 'congctl', 'cubic'])

  const core = await addNamespace('core')
  await addBridge(core)

  const addHostTo = async (place: string, name: string, first: string, gateway: string | null): Promise<Host> => {
    const namespace = await addNamespace(name)
    count += 1
    const port = `host${count}`
    const pair = ['type', 'veth', 'peer', 'name', 'eth0', 'netns', namespace]
    await run('ip', ['-n', place, 'link', 'add', port, ...pair])
    await plug(place, port)
    await address(namespace, 'eth0', first)
    if (gateway === null) {
      const network = first.replace(/\d+$/, `0/${PREFIX}`)
      await run('ip', ['-n', namespace, 'route', 'replace', network, 'dev', 'eth0', 'congctl', 'cubic'])
    } else await defaultRoute(namespace, gateway)
    let current = first
    return {
      name,
      address: () => current,
      inside: ['nsenter', `--net=/run/netns/${namespace}`],
      async move(next) {
        await run('ip', ['-n', namespace, 'addr', 'flush', 'dev', 'eth0'])
        await address(namespace, 'eth0', next)
        if (gateway !== null) await defaultRoute(namespace, gateway)
        current = next
      },
      unplug: async () => void (await run('ip', ['-n', place, 'link', 'delete', port])),
    }
  }

  return {
    addHost: (name, publicAddress) => addHostTo(core, name, publicAddress, null),
    async addSubnet(name, { publicAddress, lan }) {
      const router = await addNamespace(name)
      count += 1
      const port = `wan${count}`
      const ends = [
        { namespace: router, interface: 'wan' },
        { namespace: core, interface: port },
      ] as const
      const uplink = await wires.make(...ends)
      await plug(core, port)
      await address(router, 'wan', publicAddress)
      await addBridge(router)
      await address(router, 'lan', `${lan}.1`)
      await run('nsenter', [`--net=/run/netns/${router}`, 'sh', '-c', 'echo 1 > /proc/sys/net/ipv4/ip_forward'])
      await run('nsenter', [`--net=/run/netns/${router}`, 'nft', '-f', '-'], { input: ROUTER_RULES })
      let hosts = 1
      return {
        publicAddress,
        uplink,
        addHost(host) {
          hosts += 1
          return addHostTo(router, host, `${lan}.${hosts}`, `${lan}.1`)
        },
      }
    },
    async stop() {
      await wires.stop()
      for (const namespace of namespaces.splice(0)) {
        await endAllOn(namespace)
        await run('ip', ['netns', 'delete', namespace])
      }
    },
  }
}
