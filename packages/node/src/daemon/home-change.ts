import { type ChainFile, readChainFile, removeChainFile, writeChainFile } from '@golem/api/chain-file'
import { type GridFile, readGridFile, removeGridFile, writeGridFile } from '@golem/api/grid-file'
import { type Address, signerFromKey } from '@golem/protocol'
import { type Brought, bringIn } from '../keys/bring-in.ts'
import { keyOnDisk, putKeyOnDisk, readKeyOnDisk } from '../keys/key-on-disk.ts'
import type { KeystoreFile } from '../keys/keystore.ts'
import type { OpenedKey } from '../keys/open-key.ts'
import { type DaemonOptions, withRemembered } from '../options.ts'
import { readStartFile, type StartFile, writeStartFile } from '../start-file.ts'

/** What a running node can have changed in its home, from which it then starts anew. */
export type HomeChange =
  | { what: 'grid'; grid: GridFile | null }
  /** `chain` null: the embedded one. `keystore`: how the key is to lie from now on; null leaves it as it is. */
  | { what: 'chain'; chain: ChainFile | null; keystore: KeystoreFile | null }
  | { what: 'key'; brought: Brought }
  | { what: 'start'; start: StartFile }

/** From what a node starts, beside the options it was started with. */
export type Standing = {
  grid: GridFile | null
  /** As the options have it, until another one is chosen while it runs. */
  chain: ChainFile | null | 'as started'
  /** As it was remembered at the start, or since. */
  start: StartFile
  opened: OpenedKey
}

/** Resolves with what puts back all that a change may touch, as it lies in the home now. */
export async function rememberHome(home: string, { what }: HomeChange): Promise<() => Promise<void>> {
  if (what === 'grid') {
    const grid = await readGridFile(home)
    return () => putGrid(home, grid)
  }
  if (what === 'start') {
    const start = await readStartFile(home)
    return () => writeStartFile(home, start)
  }
  const key = await readKeyOnDisk(home)
  if (what === 'key') return () => putKeyOnDisk(home, key)
  const chain = await readChainFile(home)
  return async () => {
    await putChain(home, chain)
    await putKeyOnDisk(home, key)
  }
}

/** Writes a change into the home of a node that does not run. */
export async function makeChange(home: string, standing: Standing, change: HomeChange): Promise<Standing> {
  switch (change.what) {
    case 'grid':
      await putGrid(home, change.grid)
      return { ...standing, grid: change.grid }
    case 'start':
      await writeStartFile(home, change.start)
      return { ...standing, start: change.start }
    case 'chain': {
      const { chain, keystore } = change
      const { key, isEncrypted } = standing.opened
      // First: no key lies in plain in a home that is on a chain with money.
      if (keystore !== null) await putKeyOnDisk(home, keyOnDisk(key, keystore))
      await putChain(home, chain)
      return { ...standing, chain, opened: { key, isEncrypted: isEncrypted || keystore !== null } }
    }
    case 'key': {
      const { key, keystore } = change.brought
      const { opened } = standing
      const present = signerFromKey(opened.key).address
      await bringIn(home, present, change.brought)
      const isSame = signerFromKey(key).address === present
      return { ...standing, opened: isSame ? opened : { key, isEncrypted: keystore !== null } }
    }
  }
}

/**
 * What was said at the start of how to lend is kept in the store since. Who leaves a grid is where it was started; where
 * that is not known, alone on a development chain of its own.
 */
export function optionsIn({ grid, chain, start }: Standing, asStarted: DaemonOptions): DaemonOptions {
  const started = withRemembered(asStarted, start)
  const { provide: _on, cores: _cores, pricePerCoreHourWei: _price, priority: _priority, ...rest } = started
  const same = { ...rest, provide: false }
  if (grid === null && chain === 'as started') return started.grid ? { ...same, grid: false, dev: true } : same
  const {
    devDir,
    rpcUrl: _url,
    chainId: _id,
    token: _token,
    payments: _payments,
    glmPerEth: _worth,
    ...elsewhere
  } = same
  // What a command said an ETH is worth was of its chain; what is remembered holds wherever the node is.
  const isSaid = started.named.includes('glmPerEth')
  const worth = started.glmPerEth === undefined ? {} : { glmPerEth: started.glmPerEth }
  const other = { ...elsewhere, ...(isSaid ? {} : worth) }
  if (grid !== null) return { ...other, dev: false, grid: true, bootstrap: [] }
  if (chain === null || chain === 'as started') {
    return { ...other, dev: true, grid: false, ...(devDir === undefined ? {} : { devDir }) }
  }
  const { token, payments } = chain
  const named = { rpcUrl: chain.rpcUrl, chainId: chain.chainId, token: token as Address, payments: payments as Address }
  return { ...other, dev: false, grid: false, ...named, ...(started.rpcUrl === undefined ? {} : worth) }
}

const putGrid = (home: string, grid: GridFile | null): Promise<void> =>
  grid === null ? removeGridFile(home) : writeGridFile(home, grid)
const putChain = (home: string, chain: ChainFile | null): Promise<void> =>
  chain === null ? removeChainFile(home) : writeChainFile(home, chain)
