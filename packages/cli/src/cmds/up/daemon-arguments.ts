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
 * @throws {GolemError} `OPTIONS_INVALID`
 */
export function daemonArguments(
  { home, io }: Pick<Cli, 'home' | 'io'>,
  options: UpOptions,
  remembered: ChainFile | null,
): DaemonStart {
  const { dev } = options
  const isNamed = dev === true || options.rpcUrl !== undefined
  const { rpcUrl, token, payments, chainId } = isNamed || remembered === null ? options : remembered
  if ((dev === true) === (rpcUrl !== undefined)) {
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
    priority: options.priority,
    dev,
    devDir: options.devDir === undefined ? undefined : resolve(io.cwd, options.devDir),
    rpcUrl,
    chainId,
    token,
    payments,
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
