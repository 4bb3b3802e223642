import { stake } from '@golem/contracts'
import type { Stakes } from '@golem/ports'
import { type Address, asAddress, type Hex, type Wei } from '@golem/protocol'
import { encodeFunctionData } from 'viem'
import type { Account } from './account/open-account.ts'
import type { Call } from './account/transaction.ts'
import { allow } from './allow.ts'
import { requireContract } from './require-contract.ts'

/** What participants put at stake, on an EVM chain. */
export type EvmStake = Stakes & {
  /** From the request of an exit until the stake may be withdrawn. */
  exitDelayS(): Promise<number>
  readonly calls: {
    /** With the allowance that it needs. @throws {GolemError} `FUNDS_MISSING` */
    add(amountWei: Wei, arbiter: Address): Promise<Call[]>
    exit(): Call
    stay(): Call
    withdraw(): Call
  }
}

const NOBODY = `0x${'0'.repeat(40)}`
const { abi } = stake

export function createStake(account: Account, { address, token }: { address: Address; token: Address }): EvmStake {
  const { client } = account
  const contract = { address, abi } as const
  const isThere = requireContract(account, address, 'stake contract')
  const callOf = (what: string, data: Hex, amountWei: Wei | null = null): Call => ({
    ...{ to: address, data, valueWei: 0n, what, amountWei },
  })
  return {
    of: (staker) =>
      account.reading(async () => {
        await isThere()
        const args = [staker] as const
        const [{ exitsAt, arbiter }, totalWei, activeWei, agedWei, maxClaimWei] = await Promise.all([
          client.readContract({ ...contract, functionName: 'accountOf', args }),
          client.readContract({ ...contract, functionName: 'stakeOf', args }),
          client.readContract({ ...contract, functionName: 'activeStakeOf', args }),
          client.readContract({ ...contract, functionName: 'agedStakeOf', args }),
          client.readContract({ ...contract, functionName: 'maxClaim', args }),
        ])
        return {
          ...{ totalWei, activeWei, agedWei, maxClaimWei },
          exitsAtS: exitsAt === 0n ? null : Number(exitsAt),
          arbiter: arbiter === NOBODY ? null : asAddress(arbiter),
        }
      }),
    exitDelayS: () =>
      account.reading(async () => {
        await isThere()
        return Number(await client.readContract({ ...contract, functionName: 'exitDelay' }))
      }),
    calls: {
      add: (amountWei, arbiter) =>
        account.reading(async () => {
          await isThere()
          const data = encodeFunctionData({ abi, functionName: 'stake', args: [amountWei, arbiter] })
          const before = await allow(account, { token, spender: address, amountWei })
          return [...before, callOf('stake', data, amountWei)]
        }),
      exit: () => callOf('exit', encodeFunctionData({ abi, functionName: 'requestExit' })),
      stay: () => callOf('stay', encodeFunctionData({ abi, functionName: 'cancelExit' })),
      withdraw: () => callOf('unstake', encodeFunctionData({ abi, functionName: 'withdraw' })),
    },
  }
}
