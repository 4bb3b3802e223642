import { applicationRegistry, blacklist, crowdfunding, disputes, payments, publicTerms, stake } from '@golem/contracts'
import type { Address, Hex, Wei } from '@golem/protocol'
import { addressOf, childOf } from './create2.ts'

export type CrowdfundingTerms = {
  startsAtS: number
  endsAtS: number
  minimumWei: Wei
  capWei: Wei
  /** Gets 12 % of the tokens and the ETH. */
  company: Address
  teamLockS: number
  /** Share the 6 % of the team, each with a share in any unit. */
  team: readonly { member: Address; share: number }[]
}

/** Times and amounts of stake and disputes; `publicTerms` of the contracts explains them. */
export type DisputeTerms = {
  stake: Readonly<Record<keyof typeof publicTerms.stake, number>>
  disputes: Readonly<Record<Exclude<keyof typeof publicTerms.disputes, 'bondWei'>, number>> & { readonly bondWei: Wei }
}

/** A crowdfunding tries out its team's lock before it makes the token. */
const TOKEN_CHILD = 2

export type ContractName = 'Crowdfunding' | 'Payments' | 'ApplicationRegistry' | 'Blacklist' | 'Stake' | 'Disputes'
/** A contract, where it comes to stand, and what makes it there. */
export type Deployable = { name: ContractName; address: Address; initCode: Hex }

export type DeploymentPlan = {
  token: Address
  payments: Address
  /** In the order in which they are made. */
  contracts: readonly Deployable[]
}

/** A token that exists, or the terms of the crowdfunding that makes one. */
export type TokenSource = { token: Address } | { crowdfunding: CrowdfundingTerms }

/**
 * All contracts for one token. Each address follows from code and arguments: who knows the token knows the contracts, and
 * nobody can make others there.
 */
export function planDeployment(source: TokenSource, terms: DisputeTerms = publicTerms): DeploymentPlan {
  const funding = 'crowdfunding' in source ? crowdfundingOf(source.crowdfunding) : null
  const token = 'token' in source ? source.token : childOf((funding as Deployable).address, TOKEN_CHILD)
  const { escrow, stakes, panels } = ofToken(token, terms)
  const contracts = [...(funding ? [funding] : []), escrow, registry(), lists(), stakes, panels]
  return { token, payments: escrow.address, contracts }
}

function ofToken(token: Address, terms: DisputeTerms): Record<'escrow' | 'stakes' | 'panels', Deployable> {
  const escrow = deployable('Payments', payments.bytecode, [token])
  const { exitDelayS, claimWindowS, claimLifeS, slashDelayS, ageingS } = terms.stake
  const stakes = deployable('Stake', stake.bytecode, [
    ...[token, escrow.address],
    ...[exitDelayS, claimWindowS, claimLifeS, slashDelayS, ageingS],
  ])
  const { bondWei, firstSeats, drawS, commitS, revealS, appealS, finishS } = terms.disputes
  const panels = deployable('Disputes', disputes.bytecode, [
    ...[stakes.address, bondWei, firstSeats],
    ...[drawS, commitS, revealS, appealS, finishS],
  ])
  return { escrow, stakes, panels }
}

export type Contracts = Record<'payments' | 'registry' | 'blacklist' | 'stake' | 'disputes', Address>

/** What belongs to a token; no chain needs to be asked. Stake and disputes of other terms stand elsewhere. */
export function contractsOf(token: Address, terms: DisputeTerms = publicTerms): Contracts {
  const { escrow, stakes, panels } = ofToken(token, terms)
  return {
    payments: escrow.address,
    registry: registry().address,
    blacklist: lists().address,
    stake: stakes.address,
    disputes: panels.address,
  }
}

const registry = () => deployable('ApplicationRegistry', applicationRegistry.bytecode, [])
const lists = () => deployable('Blacklist', blacklist.bytecode, [])

function crowdfundingOf(terms: CrowdfundingTerms): Deployable {
  const { startsAtS, endsAtS, minimumWei, capWei, company, teamLockS, team } = terms
  // The tuple of terms, with the two lists behind it: where each begins, then its length and what is in it.
  const head = [startsAtS, endsAtS, minimumWei, capWei, company, teamLockS]
  const membersAt = 32 * (head.length + 2)
  const sharesAt = membersAt + 32 * (1 + team.length)
  return deployable('Crowdfunding', crowdfunding.bytecode, [
    ...[32, ...head, membersAt, sharesAt],
    ...[team.length, ...team.map(({ member }) => member)],
    ...[team.length, ...team.map(({ share }) => share)],
  ])
}

function deployable(name: ContractName, bytecode: Hex, args: readonly (Hex | bigint | number)[]): Deployable {
  const words = args.map((value) => BigInt(value).toString(16).padStart(64, '0'))
  const initCode: Hex = `${bytecode}${words.join('')}`
  return { name, address: addressOf(initCode), initCode }
}
