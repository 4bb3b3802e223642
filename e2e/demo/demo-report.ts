import type { JobDetail } from '@golem/api'
import type { Address } from '@golem/protocol'
import { formatGlm } from '@golem/protocol/amount'
import Table from 'cli-table3'
import { type Gas, type Holdings, totalOf } from './ledger.ts'

/** A node with what the chain says of it. */
export type Account = {
  name: string
  address: Address
  pid: number
  before: Holdings
  after: Holdings
  gas: Gas
}

const GLM_DECIMALS = 9
const ETH_DECIMALS = 9
const glm = (wei: bigint) => formatGlm(wei, GLM_DECIMALS)
const plain = { style: { head: [], border: [] } }

/** Who rendered what, how it was checked, what each earned and spent. */
export function workTable(job: JobDetail, accounts: readonly Account[]): string {
  const table = new Table({ ...plain, head: ['', 'address', 'rendered', 'how it was checked', 'earned, GLM', 'gas'] })
  for (const { name, address, before, after, gas } of accounts) {
    const done = job.list.filter(({ provider, state }) => provider === address && state === 'accepted')
    const gainWei = totalOf(after) - totalOf(before)
    table.push([
      `${name}`,
      `${address.slice(0, 6)}…${address.slice(-4)}`,
      done.length === 0 ? '' : shortLabels(done.map(({ label }) => label)).join('\n'),
      [...waysOf(done.map(({ checked }) => checked ?? 'not yet'))].map(([way, times]) => `${times} x ${way}`).join('\n'),
      glm(gainWei),
      `${gas.gasUsed} in ${gas.transactions} tx\n${formatGlm(gas.feeWei, ETH_DECIMALS)} ETH`,
    ])
  }
  return table.toString()
}

/** Tokens of every account before and after, and the sums. */
export function balanceTable(accounts: readonly Account[]): string {
  const head = ['GLM', '', 'wallet', 'in the contract, free', 'locked', 'together']
  const table = new Table({ ...plain, head, colAligns: ['left', 'left', 'right', 'right', 'right', 'right'] })
  const row = (name: string, when: string, held: Holdings) =>
    table.push([name, when, glm(held.walletWei), glm(held.freeWei), glm(held.lockedWei), glm(totalOf(held))])
  for (const { name, before, after } of accounts) {
    row(name, 'before', before)
    row('', 'after', after)
  }
  row('all', 'before', sumOf(accounts.map(({ before }) => before)))
  row('', 'after', sumOf(accounts.map(({ after }) => after)))
  return table.toString()
}

export function sumOf(many: readonly Holdings[]): Holdings {
  const sum = (of: (held: Holdings) => bigint) => many.reduce((total, held) => total + of(held), 0n)
  return {
    walletWei: sum(({ walletWei }) => walletWei),
    freeWei: sum(({ freeWei }) => freeWei),
    lockedWei: sum(({ lockedWei }) => lockedWei),
  }
}

const MOST_LABELS = 6

/** `frame 3`, `frame 7` become `frames 3, 7`; tiles stay as they are, as far as there is room. */
export function shortLabels(labels: readonly string[]): string[] {
  const frames = labels.map((label) => /^frames? ([\d, -]+)$/.exec(label)?.[1])
  if (frames.every((frame) => frame !== undefined)) {
    return wrap(`${frames.length === 1 ? 'frame' : 'frames'} ${frames.join(', ')}`, 28)
  }
  if (labels.length <= MOST_LABELS) return [...labels]
  return [...labels.slice(0, MOST_LABELS - 1), `and ${labels.length - MOST_LABELS + 1} more`]
}

/** Each way of checking, whatever frame it was applied to, with how often. */
function waysOf(checked: readonly string[]): Map<string, number> {
  const ways = new Map<string, number>()
  for (const text of checked) {
    const way = text.replace(/ of frame -?\d+/, '').replace(/: /, ':\n  ')
    ways.set(way, (ways.get(way) ?? 0) + 1)
  }
  return ways
}

function wrap(text: string, width: number): string[] {
  const lines: string[] = []
  for (const word of text.split(' ')) {
    const last = lines.at(-1)
    if (last !== undefined && last.length + 1 + word.length <= width) lines[lines.length - 1] = `${last} ${word}`
    else lines.push(word)
  }
  return lines
}
