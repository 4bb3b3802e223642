import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, expect, it } from 'vitest'
import type { Endpoint } from './endpoint.ts'
import { request } from './request.ts'

// A daemon that was restarted listens on the port of before, with another token, before its file says so.

const server = createServer((asked, answer) => {
  const isLetIn = asked.headers.authorization === 'Bearer new'
  answer
    .writeHead(isLetIn ? 200 : 401)
    .end(JSON.stringify(isLetIn ? {} : { error: { code: 'TOKEN_INVALID', message: 'No.' } }))
})
let url: string
beforeEach(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterEach(() => new Promise((resolve) => server.close(resolve)))

const call = { method: 'GET', path: '/v1/status', signal: new AbortController().signal } as const

it('asks again with the token that a restarted daemon tells a moment later', async () => {
  let asked = 0
  const source = async (): Promise<Endpoint> => ({ url, token: ++asked < 4 ? 'old' : 'new' })
  expect((await request(source, call)).status).toBe(200)
})

it('is refused where the token is wrong', async () => {
  await expect(request({ url, token: 'old' }, call)).rejects.toMatchObject({ code: 'TOKEN_INVALID' })
})
