import { exampleHistory, exampleJob, exampleLendingReceipts } from '@golem/api/examples'
import { expect, it } from 'vitest'
import { historyCsv, jobsCsv, lendingCsv } from './receipts.ts'

it('writes what each provider was paid, whole', () => {
  const lines = jobsCsv([exampleJob]).split('\r\n')
  expect(lines[0]).toBe('time,job,title,state,provider,accepted,rejected,paid GLM')
  expect(lines[1]).toBe(
    `2025-10-09T08:53:20.000Z,7f3a9c21,"golem.blend, frames 1-4",running,${exampleJob.providers[0]?.address},3,0,0.45`,
  )
  expect(lines).toHaveLength(2 + exampleJob.providers.length)
})

it('writes who paid for what was lent, when, how much', () => {
  const [receipt] = exampleLendingReceipts
  if (receipt === undefined) throw new Error('an example has a receipt')
  const [head, ended, open] = lendingCsv([receipt, { ...receipt, endedAtMs: null }]).split('\r\n')
  expect(head).toBe('begun,ended,application,requestor,accepted,rejected,earned GLM,agreement')
  const rest = `Blender 4.3,${receipt.requestor},14,1,0.7,${receipt.agreementId}`
  expect(ended).toBe(`2025-10-09T08:01:40.000Z,2025-10-09T08:36:40.000Z,${rest}`)
  expect(open).toBe(`2025-10-09T08:01:40.000Z,,${rest}`)
})

it('lets no name of a file become a formula', () => {
  const [entry] = exampleHistory.entries
  if (entry === undefined) throw new Error('an example has an entry')
  const line = historyCsv([{ ...entry, why: '=HYPERLINK("http://x")' }]).split('\r\n')[1]
  expect(line).toContain(`"'=HYPERLINK(""http://x"")"`)
})
