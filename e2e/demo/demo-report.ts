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

const DECIMALS = 8
const amount = (wei: bigint) => formatGlm(wei, DECIMALS)
const plain = { style: { head: [], border: [] } }
/** Both tables fit a terminal of 80 columns. */
const WIDTHS = [13, 17, 24, 22]

/** Who rendered what, how it was checked, what each earned and spent. */
export function workTable(job: JobDetail, accounts: readonly Account[]): string {
  const head = ['', 'rendered', 'how it was checked', 'earned; gas spent']
  const table = new Table({ ...plain, head, colWidths: WIDTHS, wordWrap: true })
  for (const { name, address, before, after, gas } of accounts) {
    const done = job.list.filter(({ provider, state }) => provider === address && state === 'accepted')
    const gainWei = totalOf(after) - totalOf(before)
    table.push([
      `${name}\n${address.slice(0, 6)}…${address.slice(-4)}`,
      shortLabels(done.map(({ label }) => label)),
      [...waysOf(done.map(({ checked }) => checked ?? 'not yet'))]
        .map(([way, times]) => `${times} x ${way}`)
        .join('\n'),
      `${amount(gainWei)} GLM\n${gas.gasUsed} gas, ${gas.transactions} tx\n${amount(gas.feeWei)} ETH`,
    ])
  }
  return table.toString()
}

/** Tokens of every account before and after, and the sums. */
export function balanceTable(accounts: readonly Account[]): string {
  const head = ['GLM', '', 'wallet', 'free', 'locked', 'together']
  const table = new Table({ ...plain, head, colAligns: ['left', 'left', 'right', 'right', 'right', 'right'] })
  const cells = ({ walletWei, freeWei, lockedWei }: Holdings) => [walletWei, freeWei, lockedWei].map(amount)
  const push = (name: string, before: Holdings, after: Holdings) => {
    const [one, two] = [
      [...cells(before), amount(totalOf(before))],
      [...cells(after), amount(totalOf(after))],
    ]
    table.push([name, 'before\nafter', ...one.map((cell, i) => `${cell}\n${two[i]}`)])
  }
  for (const { name, before, after } of accounts) push(name, before, after)
  push('all', sumOf(accounts.map(({ before }) => before)), sumOf(accounts.map(({ after }) => after)))
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

const MOST_LINES = 6

/**
 * Subtasks in few words.
 *
 * @example shortLabels(['frame 3', 'frames 1-2', 'frame 7']) // 'frames 1-3, 7'
 */
export function shortLabels(labels: readonly string[]): string {
  const ranges = labels.flatMap((label) => rangesOf(label) ?? [])
  if (labels.length > 0 && labels.every((label) => rangesOf(label) !== null)) {
    const joined: Range[] = []
    for (const [first, last] of ranges.sort(([a], [b]) => a - b)) {
      const before = joined.at(-1)
      if (before && before[1] + 1 === first) before[1] = last
      else joined.push([first, last])
    }
    const words = joined.map(([first, last]) => (first === last ? `${first}` : `${first}-${last}`)).join(', ')
    return `${words.includes('-') || words.includes(',') ? 'frames' : 'frame'} ${words}`
  }
  const lines = tilesTogether(labels)
  if (lines.length <= MOST_LINES) return lines.join('\n')
  return [...lines.slice(0, MOST_LINES - 1), `and ${lines.length - MOST_LINES + 1} more`].join('\n')
}

/** `frame 2, tile 1 of 4` and `frame 2, tile 3 of 4` become `frame 2, 2 of 4 tiles`; any other label stays. */
function tilesTogether(labels: readonly string[]): string[] {
  const frames = new Map<string, { count: number; of: string | null }>()
  for (const label of labels) {
    const [, frame = label, of = null] = /^(frame -?\d+), tile \d+ of (\d+)$/.exec(label) ?? []
    frames.set(frame, { count: (frames.get(frame)?.count ?? 0) + 1, of })
  }
  return [...frames].map(([frame, { count, of }]) => (of === null ? frame : `${frame}, ${count} of ${of} tiles`))
}

type Range = [first: number, last: number]

/** The frames of `frame 7` or `frames 1-4, 9`; null for any other label. */
function rangesOf(label: string): Range[] | null {
  const list = /^frames? (\d+(?:-\d+)?(?:, \d+(?:-\d+)?)*)$/.exec(label)?.[1]
  if (list === undefined) return null
  return list.split(', ').map((text) => {
    const [first = 0, last = first] = text.split('-').map(Number)
    return [first, last]
  })
}

/** Each way of checking, with how often; what stands in brackets is of one check alone. */
function waysOf(checked: readonly string[]): Map<string, number> {
  const ways = new Map<string, number>()
  for (const text of checked) {
    const way = text.replace(/ \([^)]*\)$/, '')
    ways.set(way, (ways.get(way) ?? 0) + 1)
  }
  return ways
}
