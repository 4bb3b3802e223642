import { resolve } from 'node:path'
import type { ChainFile } from '@golem/api/chain-file'
import type { DaemonStart } from '@golem/api/daemon-start'
import { GolemError } from '@golem/protocol/errors'
import type { Cli } from '../../cli.ts'
import type { UpOptions } from './up-options.ts'

/**
 * The daemon's own options for those of the command line.
 *
 * @param remembered the chain that is used where the command line names none
 * @param grid the private grid that this home is in
 * @throws {GolemError} `OPTIONS_INVALID`
 */
export function daemonArguments(
  { home, io }: Pick<Cli, 'home' | 'io'>,
  options: UpOptions,
  { remembered = null, grid = null }: { remembered?: ChainFile | null; grid?: { name: string } | null } = {},
): DaemonStart {
  const { dev } = options
  const isNamed = dev === true || options.rpcUrl !== undefined
  if (grid !== null && isNamed) {
    throw new GolemError({
      code: 'OPTIONS_INVALID',
      message: `This home is in the private grid ${grid.name}, which has a chain of its own.`,
      remedy: 'Use `golem up` without a chain, or another --home; `golem grid leave` leaves the grid.',
    })
  }
  const { rpcUrl, token, payments, chainId } = isNamed || remembered === null || grid !== null ? options : remembered
  if (grid === null && (dev === true) === (rpcUrl !== undefined)) {
    throw new GolemError({
      code: 'OPTIONS_INVALID',
      message: dev ? 'Both --dev and --rpc-url name a chain.' : 'No chain is named, and the money lives on one.',
      remedy: 'Use --dev for the embedded development chain, --rpc-url with --token, or `golem chain use` before.',
    })
  }
  return {
    home,
    provide: options.provide,
    runtime: options.runtime,
    cores: options.cores,
    pricePerCoreHourWei: options.price,
    unpaidLimitWei: options.unpaid,
    priority: options.priority,
    dev,
    ...(grid === null ? {} : { grid: true }),
    devDir: options.devDir === undefined ? undefined : resolve(io.cwd, options.devDir),
    rpcUrl,
    chainId,
    token,
    payments,
    isChainNamed: isNamed,
    glmPerEth: options.glmPerEth,
    passwordFile: options.passwordFile === undefined ? undefined : resolve(io.cwd, options.passwordFile),
    bootstrap: options.bootstrap,
    listen: options.listen,
    announce: options.announce,
    mdns: options.mdns,
    upnp: options.upnp,
    relay: options.relay,
    storageBytes: options.storage,
    gateways: options.gateway,
    bitswap: options.bitswap,
    port: options.port,
    offerTimeoutMs: options.offerTimeout,
  }
}
