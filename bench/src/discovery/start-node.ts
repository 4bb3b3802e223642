import { setTimeout as delay } from 'node:timers/promises'
import { createNetwork, DEV_LISTEN } from '@golem/network'
import type { Clock } from '@golem/ports'
import { keyOpenerFromKey, newPrivateKey, signerFromKey } from '@golem/protocol'
import { createDirectory } from '@golem/roles'

export const clock: Clock = {
  now: () => Date.now(),
  sleep: (ms, { signal } = {}) => delay(ms, undefined, signal === undefined ? {} : { signal }),
}
const logger = { debug() {}, info() {}, warn() {}, error() {} }

/** A node with real sockets, and its part of the directory; not stopped but by the end of its process. */
export async function startNode(bootstrap: readonly string[]) {
  const privateKey = newPrivateKey()
  const signer = signerFromKey(privateKey)
  const network = await createNetwork({ privateKey }, { listen: DEV_LISTEN, bootstrap: [...bootstrap], mdns: false })
  const directory = createDirectory({ network, signer, clock, logger })
  return { signer, opener: keyOpenerFromKey(privateKey), network, directory, clock, logger }
}
