import { CAUGHT_MS } from '@golem/market'
import { memoryBlacklist, memoryClock } from '@golem/ports/memory'
import { asAddress, asCid } from '@golem/protocol'
import { beforeEach, describe, expect, it } from 'vitest'
import { type Conviction, type ConvictionPublisher, createConvictionPublisher } from './publish-convictions.ts'

const [self, party] = [asAddress(`0x${'aa'.repeat(20)}`), asAddress(`0x${'bb'.repeat(20)}`)]
const evidence = asCid(`bafkrei${'a'.repeat(52)}`)
const silent = { debug() {}, info() {}, warn() {}, error() {} }

describe('whoever publishes a list', () => {
  const clock = memoryClock()
  const nowS = () => Math.floor(clock.now() / 1_000)
  let isWanted: boolean
  let written: number
  let blacklist: ReturnType<typeof memoryBlacklist>
  let publisher: ConvictionPublisher
  beforeEach(() => {
    isWanted = true
    written = 0
    blacklist = memoryBlacklist({ nowS })
    publisher = createConvictionPublisher(
      {
        ...{ blacklist, clock, logger: silent },
        list: async (entries) => {
          written += 1
          for (const { subject, ...entry } of entries) blacklist.list(self, { ...subject, ...entry })
        },
      },
      { self, isWanted: () => isWanted },
    )
  })
  const conviction = (change: Partial<Conviction> = {}): Conviction => ({
    ...{ party, as: ['provider'], evidence, fromS: nowS(), why: 'two auditors convicted it' },
    ...change,
  })
  const entries = () => blacklist.entries(self, 10)

  it('puts a convicted party there once, with its evidence and an end', async () => {
    await publisher.consider(conviction())
    await publisher.consider(conviction())
    expect(await entries()).toMatchObject([
      { kind: 'provider', id: party, evidence, expiresAtS: nowS() + CAUGHT_MS / 1_000 },
    ])
    expect(written).toBe(1)
  })

  it('names it in each role that it was convicted in', async () => {
    await publisher.consider(conviction({ as: ['provider', 'requestor'] }))
    expect((await entries()).map(({ kind }) => kind).sort()).toEqual(['provider', 'requestor'])
  })

  it('names nobody where that is not wanted, not itself, and nobody whose time is over', async () => {
    await publisher.consider(conviction({ party: self }))
    await publisher.consider(conviction({ fromS: nowS() - CAUGHT_MS / 1_000 - 1 }))
    isWanted = false
    await publisher.consider(conviction())
    expect(await entries()).toEqual([])
  })
})
