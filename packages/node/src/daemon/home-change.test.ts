import { asAddress, newPrivateKey } from '@golem/protocol'
import { expect, it } from 'vitest'
import { parseDaemonOptions } from '../options.ts'
import { optionsIn, type Standing } from './home-change.ts'

const token = asAddress(`0x${'aa'.repeat(20)}`)
const chain = { rpcUrl: 'http://127.0.0.1:8545', chainId: 5, token, payments: token }
const worth = (standing: Partial<Standing>, said: object) => {
  const opened = { key: newPrivateKey(), isEncrypted: false }
  const started = parseDaemonOptions(JSON.stringify({ home: '/home', ...said }))
  return optionsIn({ grid: null, chain: 'as started', start: {}, opened, ...standing }, started).glmPerEth
}

it('keeps what an ETH is worth as it is remembered; what a command said of it is of its own chain', () => {
  const start = { glmPerEth: 500 }
  const dev = { dev: true }
  const named = { ...chain, glmPerEth: 700 }
  expect([worth({ start }, dev), worth({ start, chain }, dev), worth({ start, chain: null }, chain)]).toEqual([
    500, 500, 500,
  ])
  expect([worth({ start }, named), worth({ start, chain }, named), worth({ start, chain: null }, named)]).toEqual([
    700,
    700,
    undefined,
  ])
  expect(worth({ chain }, { ...dev, glmPerEth: 700 })).toBeUndefined()
})
