import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { voucher } from '@golem/protocol'
import { expect, it } from 'vitest'
import { accountRecord } from '../../src/provider/records.ts'
import { durableStore } from './durable-store.ts'

const GRID = join(import.meta.dirname, 'grid-process.ts')
const ROUNDS = 3

it('kill -9 at any moment: no voucher had left that was not stored, and none was acknowledged', {
  timeout: 150_000,
}, async () => {
  for (let round = 0; round < ROUNDS; round++) {
    const folder = await mkdtemp(join(tmpdir(), 'golem-killed-'))
    const child = spawn(process.execPath, ['--no-warnings', GRID, folder], { stdio: ['ignore', 'pipe', 'inherit'] })
    const said = { requestor: 0n, provider: 0n }
    let lines = 0
    // In another moment each time, which may lie amid a commit or a message.
    for await (const line of createInterface({ input: child.stdout })) {
      const [who, amount] = line.split(' ') as ['requestor' | 'provider', string]
      if (BigInt(amount) > said[who]) said[who] = BigInt(amount)
      lines += 1
      if (lines === 3 + 9 * round) setTimeout(() => child.kill('SIGKILL'), round)
    }
    if (child.signalCode === null) await once(child, 'exit')
    expect(child.signalCode).toBe('SIGKILL')

    const promised = durableStore(join(folder, 'requestor')).list('requestor/voucher/')
    const held = durableStore(join(folder, 'provider'))
      .list('provider/')
      .filter(({ key }) => key.includes('/account/'))
    const promisedWei = promised.map(({ value }) => voucher.parse(JSON.parse(value)).amountWei)
    const heldWei = held.map(({ value }) => accountRecord.parse(JSON.parse(value)).voucher?.amountWei ?? 0n)
    expect(said.requestor).toBeGreaterThan(0n)
    expect(promisedWei[0]).toBeGreaterThanOrEqual(said.requestor)
    expect(heldWei[0] ?? 0n).toBeGreaterThanOrEqual(said.provider)
    // A voucher exists only where it was promised.
    expect(promisedWei[0]).toBeGreaterThanOrEqual(heldWei[0] ?? 0n)
    await rm(folder, { recursive: true })
  }
})
