import { expect, it } from 'vitest'
import { parseDaemonOptions } from './options.ts'

const home = '/tmp/golem'
const parse = (options: object) => parseDaemonOptions(JSON.stringify({ home, dev: true, ...options }))

it('fills in what is left out', () => {
  expect(parse({})).toMatchObject({ provide: false, port: 0, bootstrap: [], pricePerCoreHourWei: 10n ** 17n })
  expect(parse({}).cores).toBeGreaterThanOrEqual(1)
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
