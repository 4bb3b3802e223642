import type { JobDetail } from '@golem/api'
import type { Client } from '@golem/api/client'
import type { Address } from '@golem/protocol'
import { formatGlm } from '@golem/protocol/amount'
import { writeContactSheet } from './contact-sheet.ts'
import { type Account, balanceTable, sumOf, workTable } from './demo-report.ts'
import { GolemFailure } from './golem-failure.ts'
import { type Holdings, type Ledger, totalOf } from './ledger.ts'
import { untilSettled } from './settled.ts'

/** A node that is up, and what it had when it came up. */
export type Member = { name: string; client: Client; address: Address; pid: number; before: Holdings }

type Outcome = {
  ledger: Ledger
  /** The requestor first. */
  members: readonly Member[]
  say: (line: string) => void
  startedAtMs: number
}

const MS = 1_000
const MOVIE = /\.(mp4|webm|mkv|mov|avi)$/i

/**
 * Tells what became of the newest job: who did what, the money, the files.
 *
 * @returns the exit code: 1 where a token has been lost or made
 * @throws {GolemFailure} `UNSETTLED`
 */
export async function tellOutcome({ ledger, members, say, startedAtMs }: Outcome): Promise<number> {
  const [requestor, ...providers] = members as [Member, ...Member[]]
  const [newest] = await requestor.client.jobs()
  if (newest === undefined) throw new GolemFailure({ code: 'JOB_MISSING', message: 'The job is gone.' }, 1)
  const job = await requestor.client.job(newest.id)
  // An estimate alone.
  if (job.state !== 'done') return 0
  const doneMs = Date.now() - startedAtMs

  const sheet = await writeContactSheet(job.outDir, job.outputs)
  const earners = providers.map((provider) => ({ ...provider, promisedWei: promisedTo(job, provider.address) }))
  if (!(await untilSettled(ledger, earners))) {
    throw new GolemFailure({ code: 'UNSETTLED', message: 'The providers have not redeemed all they were promised.' }, 1)
  }
  const accounts: Account[] = await Promise.all(
    members.map(async (member) => ({
      ...member,
      after: await ledger.holdings(member.address),
      gas: await ledger.gas(member.address),
    })),
  )
  say(`\nWho did what; earnings and gas as they stand on chain ${ledger.chainId}:`)
  say(workTable(job, accounts))
  say('Every provider has redeemed its vouchers on chain; nothing is owed any more. Then the chain was read')
  say('again (free: in the payment contract, to spend or withdraw; locked: in the contract, for jobs):')
  say(balanceTable(accounts))
  const isSound = sayWhetherSumIsUnchanged(accounts, await ledger.escrowedWei(), say)

  const firstMs = (job.firstResultAtMs ?? Number.NaN) - startedAtMs
  say(`\nFrom command to the first frame checked and merged, set-up aside: ${(firstMs / MS).toFixed(1)} s`)
  say(`From command to the end of the job: ${(doneMs / MS).toFixed(1)} s, frames: ${job.groups.done}`)
  say(`\nFiles in ${job.outDir}`)
  for (const movie of job.outputs.filter((file) => MOVIE.test(file))) say(`  ${movie}  the animation`)
  say(
    sheet === null ? '  no contact sheet: these files are no pictures' : '  contact-sheet.png  all frames at a glance',
  )
  const frames = job.outputs.filter((file) => !MOVIE.test(file)).sort()
  if (frames.length > 0) say(`  ${frames[0]}${frames.length > 1 ? ` to ${frames.at(-1)}` : ''}`)
  return isSound ? 0 : 1
}

const promisedTo = ({ providers }: JobDetail, address: Address): bigint =>
  BigInt(providers.find((provider) => provider.address === address)?.earnedWei ?? 0)

function sayWhetherSumIsUnchanged(
  accounts: readonly Account[],
  escrowedWei: bigint,
  say: (line: string) => void,
): boolean {
  const beforeWei = totalOf(sumOf(accounts.map(({ before }) => before)))
  const after = sumOf(accounts.map((account) => account.after))
  const afterWei = totalOf(after)
  if (beforeWei !== afterWei) {
    say(`THE SUM HAS CHANGED by ${formatGlm(afterWei - beforeWei, 18)} GLM. That must not be.`)
    return false
  }
  if (escrowedWei !== after.freeWei + after.lockedWei) {
    say(`THE CONTRACT HOLDS ${formatGlm(escrowedWei, 18)} GLM, which is not what it owes. That must not be.`)
    return false
  }
  say(`The sum is unchanged, to the last of 10^18 units: ${formatGlm(beforeWei, 18)} GLM before and after.`)
  return true
}
