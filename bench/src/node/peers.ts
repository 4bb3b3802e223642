import { createNetwork, DEV_LISTEN } from '@golem/network'
import { newPrivateKey } from '@golem/protocol'

// Eight peers that are led to the addresses that are named, and to one another by them.
const PEERS = 8
const bootstrap = process.argv.slice(2)
for (let count = 0; count < PEERS; count++) {
  await createNetwork({ privateKey: newPrivateKey() }, { listen: DEV_LISTEN, bootstrap, mdns: false })
}
console.log('ready')
