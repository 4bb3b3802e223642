import { resolve } from 'node:path'
import { type ChainFile, readChainFile, removeChainFile } from '@golem/api/chain-file'
import { GolemError } from '@golem/protocol/errors'
import type { Agreement } from '../../carry-out.ts'
import type { Cli, Outcome } from '../../cli.ts'
import { runTool } from '../../run-tool.ts'
import { align } from '../../views/align.ts'
import { gas } from '../../views/format-amounts.ts'

export type DeployOptions = Agreement & {
  rpc: string
  token?: string
  minimum: string
  cap: string
  for: number
  teamLock: number
  company?: string
  passwordFile?: string
}
export type UseOptions = { rpc?: string; token?: string; payments?: string; dev?: true }

type Deployed = {
  chainId: number
  token: string
  payments: string
  contracts: { name: string; address: string; isNew: boolean }[]
  transactions: number
  feeWei: string
}

/** Contracts are several transactions, each of which may wait for its block. */
const PATIENCE_MS = 30 * 60_000

export async function deployChain(cli: Cli, options: DeployOptions): Promise<Outcome> {
  const { io, json } = cli
  const { rpc: rpcUrl, token, minimum: minimumWei, cap: capWei, company, yes, passwordFile } = options
  const consent = yes === true ? 'given' : json || !io.stdin.isTTY ? 'refuse' : 'ask'
  const crowdfunding = {
    minimumWei,
    capWei,
    forS: Math.ceil(options.for / 1_000),
    teamLockS: Math.ceil(options.teamLock / 1_000),
    ...(company === undefined ? {} : { company }),
  }
  const value = await runTool<Deployed>(
    cli,
    {
      consent,
      deploy: { rpcUrl, crowdfunding, ...(token === undefined ? {} : { token }) },
      ...(passwordFile === undefined ? {} : { passwordFile: resolve(io.cwd, passwordFile) }),
    },
    { patienceMs: PATIENCE_MS },
  )
  const rows = value.contracts.map(({ name, address, isNew }) => [name, address, isNew ? 'new' : 'was there'])
  const cost = value.transactions === 0 ? 'All of it was there.' : `Gas: ${gas(value.feeWei)}.`
  const next = `golem chain use --rpc ${rpcUrl} --token ${value.token}`
  return { value, text: `${align([['token', value.token, ''], ...rows])}\n${cost} To use it: ${next}` }
}

export async function useChain(cli: Cli, { rpc, token, payments, dev }: UseOptions): Promise<Outcome> {
  if (dev === true) {
    await removeChainFile(cli.home)
    return { value: { chain: null }, text: 'No chain is remembered any more: `golem up --dev` uses the embedded one.' }
  }
  if (rpc === undefined || token === undefined) {
    throw new GolemError({
      code: 'OPTIONS_INVALID',
      message: 'A chain is named by --rpc and --token.',
      remedy: '`golem chain deploy` makes a token; --dev goes back to the embedded chain.',
    })
  }
  const use = { rpcUrl: rpc, token, ...(payments === undefined ? {} : { payments }) }
  const value = await runTool<ChainFile>(cli, { use })
  const text = `From the next \`golem up\` on, this node uses chain ${value.chainId}: its contracts are those of this release.`
  return { value, text }
}

export async function showChain({ home }: Cli): Promise<Outcome> {
  const value = await readChainFile(home)
  if (value === null) return { value: { chain: null }, text: 'No chain is remembered: `golem up` names one.' }
  const { rpcUrl, chainId, token, payments } = value
  const rows = [
    ['chain', `${chainId} at ${rpcUrl}`],
    ['token', token],
    ['payments', payments],
  ]
  return { value: { chain: value }, text: align(rows) }
}
