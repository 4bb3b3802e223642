import { expect, it } from 'vitest'
import { requestsOf } from './requests-of.ts'

const run = { method: 'run', params: { frames: [1] } }

it('takes one request, a list, and none', () => {
  expect(requestsOf(JSON.stringify(run))).toEqual([run])
  expect(requestsOf(JSON.stringify([run, run]))).toEqual([run, run])
  expect(requestsOf(' ')).toEqual([])
})

it.each(['{', '7', 'null', '[1]', '{"method":"run"}', '{"method":1,"params":{}}', '{"method":"run","params":[]}'])(
  'takes nothing of %s',
  (text) => expect(requestsOf(text)).toBeNull(),
)
