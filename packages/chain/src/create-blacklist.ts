import { blacklist } from '@golem/contracts'
import type { Blacklist } from '@golem/ports'
import {
  type Address,
  asAddress,
  asBytes32,
  type Cid,
  type Hex,
  LIST_KINDS,
  type ListEntry,
  type ListSubject,
} from '@golem/protocol'
import { encodeFunctionData } from 'viem'
import type { Account } from './account/open-account.ts'
import type { Call } from './account/transaction.ts'
import { requireContract } from './require-contract.ts'

/** The lists on an EVM chain. */
export type EvmBlacklist = Blacklist & {
  readonly address: Address
  /** The transactions behind what can be written in this account's list, and answered to others'. */
  readonly calls: {
    list(subject: ListSubject, evidence: Cid, expiresAtS: number): Call
    delist(subject: ListSubject): Call
    appeal(owner: Address, subject: ListSubject, statement: Cid): Call
  }
}

/** Entries read with one request. */
const PAGE = 200

export function createBlacklist(account: Account, address: Address): EvmBlacklist {
  const { client } = account
  const { abi } = blacklist
  const contract = { address, abi } as const
  const isThere = requireContract(account, address, 'blacklist contract')
  const callOf = (what: string, data: Hex): Call => ({ to: address, data, valueWei: 0n, what, amountWei: null })

  return {
    address,
    calls: {
      list: (subject, evidence, expiresAtS) => {
        const args = [...argsOf(subject), evidence, BigInt(expiresAtS)] as const
        return callOf('list', encodeFunctionData({ abi, functionName: 'list', args }))
      },
      delist: (subject) => callOf('delist', encodeFunctionData({ abi, functionName: 'delist', args: argsOf(subject) })),
      appeal: (owner, subject, statement) =>
        callOf(
          'appeal',
          encodeFunctionData({ abi, functionName: 'appeal', args: [owner, ...argsOf(subject), statement] }),
        ),
    },
    entries: (owner, atMost) =>
      account.reading(async () => {
        await isThere()
        // Pages of one block: an entry that moves to the place of another that went would be read twice, or never.
        const blockNumber = await client.getBlockNumber()
        const found: ListEntry[] = []
        while (found.length < atMost) {
          const limit = Math.min(PAGE, atMost - found.length)
          const args = [owner, BigInt(found.length), BigInt(limit)] as const
          const page = await client.readContract({ ...contract, functionName: 'entries', args, blockNumber })
          found.push(...page.map(entryOf))
          if (page.length < limit) break
        }
        return found
      }),
  }
}

/** An address stands in the low 20 bytes of a word. */
const argsOf = ({ kind, id }: ListSubject) =>
  [LIST_KINDS.indexOf(kind), `0x${id.slice(2).padStart(64, '0')}` as Hex] as const

type RawEntry = { kind: number; listedAt: bigint; expiresAt: bigint; subject: Hex; evidence: string; appeal: string }

function entryOf({ kind: number, listedAt, expiresAt, subject, evidence, appeal }: RawEntry): ListEntry {
  const kind = LIST_KINDS[number] ?? 'application'
  const named: ListSubject =
    kind === 'application' ? { kind, id: asBytes32(subject) } : { kind, id: asAddress(`0x${subject.slice(-40)}`) }
  return {
    ...named,
    listedAtS: Number(listedAt),
    expiresAtS: Number(expiresAt),
    evidence,
    appeal: appeal === '' ? null : appeal,
  }
}
