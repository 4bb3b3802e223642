import { accessSync, constants } from 'node:fs'
import { ownedName } from './owned-name.ts'
import { run } from './run.ts'

/** Why no hosts can be made on this machine; null where they can. */
export async function whyNoHosts(): Promise<string | null> {
  if (process.platform !== 'linux') return 'network namespaces are of Linux'
  if (process.getuid?.() !== 0) return 'making network namespaces takes root'
  const name = ownedName('try')
  try {
    await run('ip', ['netns', 'add', name])
  } catch (error) {
    return `the kernel refuses a network namespace (${(error as Error).message})`
  }
  try {
    accessSync('/dev/net/tun', constants.R_OK | constants.W_OK)
    await run('nsenter', [`--net=/run/netns/${name}`, 'nft', '-f', '-'], { input: NAT_RULES })
    return null
  } catch (error) {
    return `the kernel refuses TAP interfaces or address translation (${(error as Error).message})`
  } finally {
    await run('ip', ['netns', 'delete', name])
  }
}

const NAT_RULES = `table ip golem {
  chain after {
    type nat hook postrouting priority 100;
    masquerade
  }
}
`
