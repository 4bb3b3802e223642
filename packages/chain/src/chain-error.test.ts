import { HttpRequestError } from 'viem'
import { expect, it } from 'vitest'
import { chainError } from './chain-error.ts'

it('tells which chain does not answer, without the key that its address may hold', () => {
  const url = 'https://user:word@chain.example/v3/key'
  const told = chainError(new HttpRequestError({ url }), url)
  expect(told).toMatchObject({
    code: 'CHAIN_UNREACHABLE',
    message: 'The chain at https://chain.example does not answer.',
  })
})
