import type { DaemonStart } from '@golem/api/daemon-start'
import { expect, it } from 'vitest'
import type { z } from 'zod'
import { type daemonOptions, parseDaemonOptions, withRemembered } from './options.ts'

const home = '/tmp/golem'
const parse = (options: object) => parseDaemonOptions(JSON.stringify({ home, dev: true, ...options }))

it('fills in what is left out', () => {
  expect(parse({})).toMatchObject({ provide: false, port: 0, bootstrap: [] })
})

it('knows every field that a starter may send', () => {
  const start: Required<DaemonStart> = {
    home,
    provide: true,
    dev: true,
    grid: false,
    devDir: '/tmp/dev',
    rpcUrl: undefined,
    token: undefined,
    payments: undefined,
    isChainNamed: false,
    chainId: undefined,
    runtime: 'crun',
    cores: 3,
    pricePerCoreHourWei: '7',
    unpaidLimitWei: '9',
    priority: 'normal',
    listen: ['/ip4/127.0.0.1/tcp/0'],
    announce: ['/dns4/me.example/tcp/4001'],
    bootstrap: ['/dns4/peer.example/tcp/4001'],
    mdns: false,
    upnp: false,
    relay: false,
    storageBytes: 10_000_000,
    gateways: ['https://gateway.example'],
    bitswap: false,
    port: 4_000,
    passwordFile: '/tmp/password',
    glmPerEth: 500,
    offerTimeoutMs: 5_000,
  }
  const input: z.input<typeof daemonOptions> = start
  const { named, ...options } = parse(input)
  expect(options).toEqual({ ...JSON.parse(JSON.stringify(start)), pricePerCoreHourWei: 7n, unpaidLimitWei: 9n })
  expect(named).toHaveLength(13)
})

const ADDRESS = '/ip4/127.0.0.1/tcp/4001'
it('takes what the home remembers where the start names nothing else', () => {
  const started = parse({ mdns: false, unpaidLimitWei: '9' })
  const remembered = { mdns: true, relay: false, listen: [ADDRESS], unpaidLimitWei: '5', home: '/tmp/other' }
  const options = withRemembered(started, remembered)
  expect(options).toMatchObject({ home, mdns: false, relay: false, listen: [ADDRESS], unpaidLimitWei: 9n })
  expect(withRemembered(options, {})).toEqual(started)
})

it('remembers no peers of elsewhere in a private grid', () => {
  const started = parse({ dev: false, grid: true })
  expect(withRemembered(started, { bootstrap: [ADDRESS], relay: false })).toMatchObject({ bootstrap: [], relay: false })
})

it('says what is wrong with what is remembered', () => {
  const remember = () => withRemembered(parse({}), { listen: ['here'] })
  expect(remember).toThrow(expect.objectContaining({ code: 'OPTIONS_INVALID' }))
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
  ['--cores 0 is no whole number from 1 to 1024.', { cores: 0 }],
  ['--cores 5000 is no whole number from 1 to 1024.', { cores: 5_000 }],
  ['--port 70000 is no whole number from 0 to 65535.', { port: 70_000 }],
  ['--storage 5 is no whole number from 1048576 to 9007199254740991.', { storageBytes: 5 }],
  ['--gateway ftp://x is no http address.', { gateways: ['ftp://x'] }],
  ['--home relative is no absolute path.', { home: 'relative' }],
  ['--runtime ./crun is no name or absolute path of a runtime.', { runtime: './crun' }],
  ['--listen 127.0.0.1:4000 is no address such as /ip4/127.0.0.1/tcp/4001.', { listen: ['127.0.0.1:4000'] }],
  ['--token 0x12: an address is 0x and 40 hex digits.', { token: '0x12' }],
  ['--rpc-url is needed, or --dev instead of it, and never both.', { dev: false }],
  ['--rpc-url http://127.0.0.1 is needed, or --dev instead of it, and never both.', { rpcUrl: 'http://127.0.0.1' }],
  ['--rpc-url http://127.0.0.1:8545 needs the address of the --token on that chain.', chain],
  [
    '--dev-dir /tmp/dev is only used with --dev.',
    { ...chain, token: contract, payments: contract, devDir: '/tmp/dev' },
  ],
  ['--price -1', { pricePerCoreHourWei: '-1' }],
])('says %j in the words of the command line', (message, options) => {
  expect(() => parse(options)).toThrow(
    expect.objectContaining({ code: 'OPTIONS_INVALID', message: expect.stringContaining(message) }),
  )
})

it.each([undefined, '', 'no json', '[]'])('takes nothing but one JSON argument: %j', (text) => {
  expect(() => parseDaemonOptions(text)).toThrow(expect.objectContaining({ code: 'OPTIONS_INVALID' }))
})
