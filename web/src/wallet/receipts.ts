import type { History, Job, LendingReceipts } from '@golem/api'
import { glmText } from '../format/amounts.ts'

/** Transactions as a table: whole amounts, moments as ISO says them. */
export const historyCsv = (entries: History['entries']): string =>
  csv([
    ['time', 'what', 'why', 'amount GLM', 'fee ETH', 'state', 'hash'],
    ...entries.map(({ atMs, what, why, amountWei, feeWei, state, hash }) => [
      new Date(atMs).toISOString(),
      what,
      why,
      amountWei === null ? '' : glmText(amountWei),
      feeWei === null ? '' : glmText(feeWei),
      state,
      hash ?? '',
    ]),
  ])

/** Jobs as receipts: a line for what each provider was paid of each. */
export const jobsCsv = (jobs: readonly Job[]): string =>
  csv([
    ['time', 'job', 'title', 'state', 'provider', 'accepted', 'rejected', 'paid GLM'],
    ...jobs.flatMap(({ createdAtMs, id, title, state, providers }) =>
      providers.map((provider) => [
        new Date(createdAtMs).toISOString(),
        id,
        title,
        state,
        provider.address,
        String(provider.accepted),
        String(provider.rejected),
        glmText(provider.earnedWei),
      ]),
    ),
  ])

/** Lending as receipts: a line for each agreement. */
export const lendingCsv = (receipts: LendingReceipts): string =>
  csv([
    ['begun', 'ended', 'application', 'requestor', 'accepted', 'rejected', 'earned GLM', 'agreement'],
    ...receipts.map(({ openedAtMs, endedAtMs, app, requestor, accepted, rejected, earnedWei, agreementId }) => [
      new Date(openedAtMs).toISOString(),
      endedAtMs === null ? '' : new Date(endedAtMs).toISOString(),
      app,
      requestor,
      String(accepted),
      String(rejected),
      glmText(earnedWei),
      agreementId,
    ]),
  ])

/** RFC 4180. A text that a spreadsheet would take for a formula is kept a text: titles are names of strangers' files. */
const csv = (rows: readonly (readonly string[])[]): string =>
  rows
    .map((row) => row.map(cell).join(','))
    .join('\r\n')
    .concat('\r\n')

function cell(text: string): string {
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}
