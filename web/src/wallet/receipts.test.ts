import { exampleHistory, exampleJob } from '@golem/api/examples'
import { expect, it } from 'vitest'
import { historyCsv, jobsCsv } from './receipts.ts'

it('writes what each provider was paid, whole', () => {
  const lines = jobsCsv([exampleJob]).split('\r\n')
  expect(lines[0]).toBe('time,job,title,state,provider,accepted,rejected,paid GLM')
  expect(lines[1]).toBe(
    `2025-10-09T08:53:20.000Z,7f3a9c21,"golem.blend, frames 1-4",running,${exampleJob.providers[0]?.address},3,0,0.45`,
  )
  expect(lines).toHaveLength(2 + exampleJob.providers.length)
})

it('lets no name of a file become a formula', () => {
  const [entry] = exampleHistory.entries
  if (entry === undefined) throw new Error('an example has an entry')
  const line = historyCsv([{ ...entry, why: '=HYPERLINK("http://x")' }]).split('\r\n')[1]
  expect(line).toContain(`"'=HYPERLINK(""http://x"")"`)
})
