import { disputes } from '@golem/contracts'
import type { Disputes, DisputeTerms, Vote } from '@golem/ports'
import { type Address, asAddress, asBytes32, type Hex, type Wei } from '@golem/protocol'
import { encodeFunctionData } from 'viem'
import type { Account } from './account/open-account.ts'
import type { Call } from './account/transaction.ts'
import { allow } from './allow.ts'
import { requireContract } from './require-contract.ts'

export type Accusation = { accused: Address; amountWei: Wei; actAtS: number; evidence: string }

/** Panels on an EVM chain. */
export type EvmDisputes = Disputes & {
  readonly address: Address
  /** What an account weighs when panels are drawn, and what all weigh. */
  enlisted(juror: Address): Promise<{ weightWei: Wei; totalWei: Wei }>
  /** What a person decides; the rest a node does by itself. */
  readonly calls: {
    /** With the allowance for the bond. @throws {GolemError} `FUNDS_MISSING` */
    open(accusation: Accusation): Promise<Call[]>
    appeal(id: number, bondWei: Wei): Promise<Call[]>
    enlist(): Call
    resign(): Call
  }
}

/** In the order of the contract's enums. */
const VERDICTS = [null, 'acquitted', 'convicted', 'silent'] as const
const VOTES = [null, 'acquit', 'convict'] as const
const NO_COMMITMENT = `0x${'0'.repeat(64)}`
const { abi } = disputes

export function createDisputes(
  account: Account,
  { address, token }: { address: Address; token: Address },
): EvmDisputes {
  const { client, self } = account
  const contract = { address, abi } as const
  const isThere = requireContract(account, address, 'disputes contract')
  const reading = <T>(act: () => Promise<T>) =>
    account.reading(async () => {
      await isThere()
      return act()
    })
  const callOf = (what: string, data: Hex, amountWei: Wei | null = null): Call => ({
    ...{ to: address, data, valueWei: 0n, what, amountWei },
  })
  const send = async (what: string, id: number, data: Hex) =>
    void (await account.send(callOf(what, data), `dispute ${id}`))
  let terms: Promise<DisputeTerms> | null = null

  const readTerms = async (): Promise<DisputeTerms> => {
    const [bondWei, seats, ...times] = await Promise.all([
      client.readContract({ ...contract, functionName: 'bond' }),
      client.readContract({ ...contract, functionName: 'firstSeats' }),
      client.readContract({ ...contract, functionName: 'drawSeconds' }),
      client.readContract({ ...contract, functionName: 'commitSeconds' }),
      client.readContract({ ...contract, functionName: 'revealSeconds' }),
      client.readContract({ ...contract, functionName: 'appealSeconds' }),
    ])
    const [drawS, commitS, revealS, appealS] = times.map(Number) as [number, number, number, number]
    return { bondWei, firstSeats: Number(seats), drawS, commitS, revealS, appealS }
  }

  return {
    address,
    self,
    now: () =>
      account.reading(async () => {
        // A chain that mines only when asked has an old last block; its next one is of now.
        const [latest, pending] = await Promise.all([
          client.getBlock(),
          client.getBlock({ blockTag: 'pending' }).catch(() => null),
        ])
        return { atS: Number((pending ?? latest).timestamp), block: Number(latest.number) }
      }),
    terms: () => {
      terms ??= reading(readTerms)
      terms.catch(() => {
        terms = null
      })
      return terms
    },
    count: () => reading(async () => Number(await client.readContract({ ...contract, functionName: 'count' }))),
    dispute: (id) =>
      reading(async () => {
        const found = await client.readContract({ ...contract, functionName: 'disputeOf', args: [BigInt(id)] })
        const args = [BigInt(id), BigInt(found.round)] as const
        const [jurors, acquitting, convicting] = await client.readContract({
          ...contract,
          functionName: 'panelOf',
          args,
        })
        return {
          ...{ id, accuser: asAddress(found.accuser), accused: asAddress(found.accused), round: found.round },
          verdict: VERDICTS[found.verdict] ?? null,
          startedAtS: Number(found.startedAt),
          drawnAtS: found.drawnAt === 0n ? null : Number(found.drawnAt),
          drawBlock: Number(found.drawBlock),
          ...{ amountWei: found.amount, feePerSeatWei: found.feePerSeat, evidence: found.evidence },
          ...{ accuserBondsWei: found.accuserBonds, accusedBondsWei: found.accusedBonds },
          panel: {
            ...{ jurors: jurors.map((each) => asAddress(each)) },
            ...{ acquitting: Number(acquitting), convicting: Number(convicting) },
          },
        }
      }),
    seat: (id, round, juror) =>
      reading(async () => {
        const args = [BigInt(id), BigInt(round), juror] as const
        const { seats, vote, isPaid, commitment } = await client.readContract({
          ...contract,
          functionName: 'jurorOf',
          args,
        })
        return {
          ...{ seats, isPaid, vote: VOTES[vote] ?? null },
          commitment: commitment === NO_COMMITMENT ? null : asBytes32(commitment),
        }
      }),
    owedWei: (party) => reading(() => client.readContract({ ...contract, functionName: 'owed', args: [party] })),
    enlisted: (juror) =>
      reading(async () => {
        const [weightWei, totalWei] = await client.readContract({
          ...contract,
          functionName: 'enlistedOf',
          args: [juror],
        })
        return { weightWei, totalWei }
      }),
    nudge: async () => {
      if (account.confirmations !== 0) return
      await account.send({ to: self, data: '0x', valueWei: 0n, what: 'a block', amountWei: null }, 'for a panel')
    },
    draw: (id) => send('draw', id, encodeFunctionData({ abi, functionName: 'draw', args: [BigInt(id)] })),
    commit: (id, commitment) =>
      send('commit', id, encodeFunctionData({ abi, functionName: 'commit', args: [BigInt(id), commitment] })),
    reveal: (id, vote: Vote, salt) => {
      const args = [BigInt(id), VOTES.indexOf(vote), salt] as const
      return send('reveal', id, encodeFunctionData({ abi, functionName: 'reveal', args }))
    },
    finish: (id) => send('finish', id, encodeFunctionData({ abi, functionName: 'finish', args: [BigInt(id)] })),
    takeFee: (id) => send('fee', id, encodeFunctionData({ abi, functionName: 'takeFee', args: [BigInt(id)] })),
    takeOwed: async () =>
      void (await account.send(callOf('bond back', encodeFunctionData({ abi, functionName: 'takeOwed' })), 'disputes')),
    calls: {
      open: ({ accused, amountWei, actAtS, evidence }) =>
        reading(async () => {
          const { bondWei } = await readTerms()
          const args = [accused, amountWei, BigInt(actAtS), evidence] as const
          const data = encodeFunctionData({ abi, functionName: 'open', args })
          return [
            ...(await allow(account, { token, spender: address, amountWei: bondWei })),
            callOf('dispute', data, bondWei),
          ]
        }),
      appeal: (id, bondWei) =>
        reading(async () => {
          const data = encodeFunctionData({ abi, functionName: 'appeal', args: [BigInt(id)] })
          return [
            ...(await allow(account, { token, spender: address, amountWei: bondWei })),
            callOf('appeal', data, bondWei),
          ]
        }),
      enlist: () => callOf('serve', encodeFunctionData({ abi, functionName: 'enlist' })),
      resign: () => callOf('resign', encodeFunctionData({ abi, functionName: 'resign' })),
    },
  }
}
