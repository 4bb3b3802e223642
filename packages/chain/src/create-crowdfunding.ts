import { crowdfunding, golemToken } from '@golem/contracts'
import { type Address, asAddress, GolemError, type Hex, type Wei } from '@golem/protocol'
import { BaseError, encodeFunctionData } from 'viem'
import type { Account } from './account/open-account.ts'
import type { Call } from './account/transaction.ts'

export type CrowdfundingState = {
  address: Address
  state: 'funding' | 'success' | 'failure'
  /** The token moves, and its supply is final. */
  isFinalized: boolean
  startsAtS: number
  endsAtS: number
  /** ETH, in base units. */
  raisedWei: Wei
  minimumWei: Wei
  capWei: Wei
  /** This account's, not refunded. */
  contributedWei: Wei
  company: Address
}

/** The crowdfunding that made a token, on an EVM chain. */
export type Crowdfunding = {
  /** @throws {GolemError} `CROWDFUNDING_MISSING` where the token was made by none, `CHAIN_UNREACHABLE` */
  status(): Promise<CrowdfundingState>
  /** The transactions behind its acts. */
  readonly calls: {
    contribute(valueWei: Wei): Promise<Call>
    finalize(): Promise<Call>
    refund(): Promise<Call>
  }
}

/** In the order of the contract's enum. */
const STATES = ['funding', 'success', 'failure'] as const
const { abi } = crowdfunding

export function createCrowdfunding(account: Account, token: Address): Crowdfunding {
  const { client, self } = account
  let found: Address | null = null

  const find = async (): Promise<Address> => {
    if (found !== null) return found
    try {
      const minter = await client.readContract({ address: token, abi: golemToken.abi, functionName: 'minter' })
      const contract = { address: minter, abi } as const
      // A crowdfunding says of which token it is; whoever else mints it does not.
      const of = await client.readContract({ ...contract, functionName: 'token' })
      if (asAddress(of) !== token) throw missing(token)
      found = asAddress(minter)
      return found
    } catch (error) {
      // The chain answered, and what stands there is no such contract.
      if (error instanceof BaseError && /revert|returned no data/i.test(error.message)) throw missing(token, error)
      throw error
    }
  }
  const callOf = async (what: string, data: Hex, valueWei = 0n): Promise<Call> => ({
    ...{ to: await account.reading(find), data, valueWei, what, amountWei: null },
  })

  return {
    status: () =>
      account.reading(async () => {
        const address = await find()
        const contract = { address, abi } as const
        const [state, isFinalized, startsAt, endsAt, raisedWei, minimumWei, capWei, contributedWei, company] =
          await Promise.all([
            client.readContract({ ...contract, functionName: 'state' }),
            client.readContract({ ...contract, functionName: 'isFinalized' }),
            client.readContract({ ...contract, functionName: 'startsAt' }),
            client.readContract({ ...contract, functionName: 'endsAt' }),
            client.readContract({ ...contract, functionName: 'raisedWei' }),
            client.readContract({ ...contract, functionName: 'minimumWei' }),
            client.readContract({ ...contract, functionName: 'capWei' }),
            client.readContract({ ...contract, functionName: 'contributedWei', args: [self] }),
            client.readContract({ ...contract, functionName: 'company' }),
          ])
        return {
          ...{ address, state: STATES[state] ?? 'funding', isFinalized },
          ...{ startsAtS: Number(startsAt), endsAtS: Number(endsAt), raisedWei, minimumWei, capWei, contributedWei },
          company: asAddress(company),
        }
      }),
    calls: {
      contribute: (valueWei) => callOf('contribute', encodeFunctionData({ abi, functionName: 'contribute' }), valueWei),
      finalize: () => callOf('finalize', encodeFunctionData({ abi, functionName: 'finalize' })),
      refund: () => callOf('refund', encodeFunctionData({ abi, functionName: 'refund' })),
    },
  }
}

const missing = (token: Address, cause?: unknown): GolemError =>
  new GolemError({
    code: 'CROWDFUNDING_MISSING',
    message: `The token ${token} was made by no crowdfunding.`,
    remedy: 'Only a token that `golem chain deploy` makes has one.',
    ...(cause === undefined ? {} : { cause }),
  })
