import type { Clock, Network } from '@golem/ports'
import {
  type MemoryDisk,
  type MemoryLedger,
  memoryFolders,
  memorySandbox,
  memoryStorage,
  memoryStore,
} from '@golem/ports/memory'
import { type Address, asBytes32, asCid, type KeyOpener, type Manifest, parseGlm, type Signer } from '@golem/protocol'
import { createProvider, type Directory, type Provider } from '@golem/roles'

const CODE = asCid(`bafkrei${'d'.repeat(52)}`)
const MANIFEST: Manifest = {
  ...{
    format: 'golem-manifest/2',
    name: 'idle',
    version: '1',
    author: `0x${'0'.repeat(40)}` as Address,
    royaltyBps: 0,
  },
  ...{ runtime: { kind: 'oci', root: 'host-tools', tools: {} }, command: ['idle'], code: CODE, env: {} },
  ...{ mode: 'serve', network: 'none', gpu: false, calibrate: null },
  limits: {
    ...{ memoryBytes: 1e6, pids: 4, cores: 1, wallMs: 60_000, logBytes: 1e5 },
    ...{ diskBytes: 4e6, outputBytes: 1e6, outputFiles: 10, fileBytes: 1e6 },
  },
}

/** A program that does nothing, for measuring how it is found. */
export const IDLE_APP = {
  ...{ manifest: MANIFEST, manifestCid: CODE, title: 'idle 1', codePath: '/code' },
  equivalenceClass: asBytes32(`0x${'c1'.repeat(32)}`),
}

type Node = {
  network: Network
  signer: Signer
  opener: KeyOpener
  directory: Directory
  clock: Clock
  logger: Parameters<typeof createProvider>[0]['logger']
}

/** Lends one core for `IDLE_APP` over a real network, in Node or in a page; money and programs are twins in memory. */
export function idleProvider(node: Node, ledger: MemoryLedger): Provider {
  const disk: MemoryDisk = new Map([[IDLE_APP.codePath, null]])
  return createProvider(
    {
      ...node,
      storage: memoryStorage({ peerId: node.network.self.peerId, hub: new Map(), disk }),
      sandbox: memorySandbox({ idle: async ({ answer }) => answer('{"ready":{}}') }, { disk }),
      store: memoryStore(),
      chain: ledger.open(node.signer.address),
      folders: memoryFolders(disk, { base: '/work' }),
      randomBytes: (length) => crypto.getRandomValues(new Uint8Array(length)),
      apps: [IDLE_APP],
    },
    { cores: 1, speed: 1, pricePerCoreHourWei: parseGlm('0.1'), warm: 0 },
  )
}
