import type { DaemonStart } from '@golem/api/daemon-start'
import { expect, it } from 'vitest'
import type { z } from 'zod'
import { type daemonOptions, parseDaemonOptions } from './options.ts'

const home = '/tmp/golem'
const parse = (options: object) => parseDaemonOptions(JSON.stringify({ home, dev: true, ...options }))

it('fills in what is left out', () => {
  expect(parse({})).toMatchObject({ provide: false, port: 0, bootstrap: [], pricePerCoreHourWei: 10n ** 17n })
  expect(parse({}).cores).toBeGreaterThanOrEqual(1)
})

it('knows every field that a starter may send', () => {
  const start: Required<DaemonStart> = {
    home,
    provide: true,
    dev: true,
    devDir: '/tmp/dev',
    rpcUrl: undefined,
    token: undefined,
    payments: undefined,
    cores: 3,
    pricePerCoreHourWei: '7',
    listen: ['/ip4/127.0.0.1/tcp/0'],
    bootstrap: ['/dns4/peer.example/tcp/4001'],
    mdns: false,
    port: 4_000,
    offerTimeoutMs: 5_000,
  }
  const input: z.input<typeof daemonOptions> = start
  expect(parse(input)).toEqual({ ...JSON.parse(JSON.stringify(start)), pricePerCoreHourWei: 7n })
})

it('reads amounts as text', () => {
  expect(parse({ pricePerCoreHourWei: '5' }).pricePerCoreHourWei).toBe(5n)
})

const chain = { dev: false, rpcUrl: 'http://127.0.0.1:8545' }
const contract = `0x${'1a'.repeat(20)}`
it('takes a chain of elsewhere with its contracts', () => {
  expect(parse({ ...chain, token: contract, payments: contract }).payments).toBe(contract)
})

it.each([
  ['cores', { cores: 0 }],
  ['home', { home: 'relative' }],
  ['listen.0', { listen: ['127.0.0.1:4000'] }],
  ['rpcUrl', { dev: false }],
  ['rpcUrl', { rpcUrl: 'http://127.0.0.1' }],
  ['rpcUrl', chain],
  ['devDir', { ...chain, token: contract, payments: contract, devDir: '/tmp/dev' }],
  ['pricePerCoreHourWei', { pricePerCoreHourWei: '-1' }],
])('names the option %s where it is wrong', (name, options) => {
  expect(() => parse(options)).toThrow(
    expect.objectContaining({ code: 'OPTIONS_INVALID', message: expect.stringContaining(name) }),
  )
})

it.each([undefined, '', 'no json', '[]'])('takes nothing but one JSON argument: %j', (text) => {
  expect(() => parseDaemonOptions(text)).toThrow(expect.objectContaining({ code: 'OPTIONS_INVALID' }))
})
