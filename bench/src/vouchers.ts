import { nativeCurve } from '@golem/node/signing'
import {
  asAddress,
  type ChannelKey,
  channelId,
  type Domain,
  isVoucherSigned,
  newPrivateKey,
  recoveringBy,
  signerFromKey,
  signVoucher,
  type Voucher,
} from '@golem/protocol'
import { bytesToHex, recoverTypedDataAddress } from 'viem'
import { privateKeyToAccount } from 'viem/accounts'
import type { BenchmarkContext } from './benchmark.ts'
import { inTurn } from './in-turn.ts'
import { beside, type Measured, type Result } from './result.ts'

/** A second and core. */
const GOAL = 5_000
const ROUNDS = 5
const ROUND_MS = 500

const domain: Domain = { chainId: 1, verifyingContract: asAddress(`0x${'aa'.repeat(20)}`) }
const viemDomain = { name: 'Golem', version: '1', ...domain } as const
const types = {
  Voucher: [
    { name: 'channel', type: 'bytes32' },
    { name: 'amount', type: 'uint128' },
  ],
} as const

/** Vouchers made and verified in a second on one core, as nodes do it on their hot path; beside viem. */
export async function* run({ note, signal }: BenchmarkContext): AsyncGenerator<Result> {
  const { curve, isNative } = nativeCurve()
  if (!isNative) note('There is no native build for this system: this measures the pure curve.')
  const key = newPrivateKey()
  const signer = signerFromKey(key, curve)
  const account = privateKeyToAccount(bytesToHex(key))
  const recover = recoveringBy(curve)
  const channel: ChannelKey = {
    requestor: signer.address,
    payee: asAddress(`0x${'bb'.repeat(20)}`),
    author: asAddress(`0x${'cc'.repeat(20)}`),
    royaltyBps: 500,
  }
  const typed = (amount: bigint) => {
    const message = { channel: channelId(channel), amount }
    return { domain: viemDomain, types, primaryType: 'Voucher', message } as const
  }
  const vouchers = Array.from({ length: 500 }, (_, i) => signVoucher(signer, domain, channel, BigInt(i + 1)))
  const next = (i: number) => vouchers[i % vouchers.length] as Voucher

  const made = await inTurn(
    {
      golem: () => perSecond(signal, (i) => void signVoucher(signer, domain, channel, BigInt(i))),
      viem: () => perSecond(signal, (i) => account.signTypedData(typed(BigInt(i)))),
    },
    { rounds: ROUNDS, note },
  )
  yield withGoal({ name: 'vouchers-made', value: made.golem, unit: '1/s', better: 'higher' }, made.viem)
  const verified = await inTurn(
    {
      golem: () => perSecond(signal, (i) => demand(isVoucherSigned(domain, next(i), recover))),
      viem: () =>
        perSecond(signal, async (i) => {
          const { amountWei, signature } = next(i)
          const by = await recoverTypedDataAddress({ ...typed(amountWei), signature })
          demand(by.toLowerCase() === channel.requestor)
        }),
    },
    { rounds: ROUNDS, note },
  )
  yield withGoal({ name: 'vouchers-verified', value: verified.golem, unit: '1/s', better: 'higher' }, verified.viem)
}

const withGoal = (measured: Measured, viem: number): Result => ({
  ...beside(measured, { name: 'viem', value: viem }, null),
  goal: GOAL,
})

/** In a second of processor time, so that it holds for a machine that others use as well. */
async function perSecond(signal: AbortSignal, act: (i: number) => unknown): Promise<number> {
  const before = process.cpuUsage()
  const beganMs = performance.now()
  let count = 0
  for (; performance.now() - beganMs < ROUND_MS; count++) {
    signal.throwIfAborted()
    await act(count)
  }
  const { user, system } = process.cpuUsage(before)
  return (count * 1_000_000) / (user + system)
}

function demand(holds: boolean): void {
  if (!holds) throw new Error('A good voucher was taken for a bad one.')
}
