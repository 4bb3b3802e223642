import type { Act, BlacklistView } from '@golem/api'
import {
  exampleAdmission,
  exampleAudits,
  exampleBlacklist,
  exampleCrowdfund,
  exampleDisputes,
  exampleHistory,
  exampleList,
  exampleParty,
  exampleQuote,
  exampleReceipt,
  exampleRegistry,
  exampleRerun,
  exampleTrust,
  exampleVetting,
  exampleWallet,
} from '@golem/api/examples'
import { GolemError } from '@golem/protocol'
import type {
  ActsApi,
  AuditsApi,
  BackupsApi,
  BlacklistApi,
  ChainApi,
  CrowdfundApi,
  DisputesApi,
  RegistryApi,
  TrustApi,
  VettingsApi,
  WalletApi,
} from './daemon-api.ts'

export type MemoryChain = WalletApi &
  BackupsApi &
  ChainApi &
  ActsApi &
  RegistryApi &
  BlacklistApi &
  TrustApi &
  AuditsApi &
  VettingsApi &
  DisputesApi &
  CrowdfundApi & {
    /** What was done, oldest first. */
    readonly acted: readonly Act[]
  }

const exampleChain = {
  rpcUrl: 'http://127.0.0.1:8545',
  chainId: exampleWallet.chainId,
  token: exampleWallet.address,
  payments: exampleWallet.address,
}

/** What the daemon's in-memory twin says of money, registry, lists and crowdfunding: acts are noted, and done by nobody. */
export function createMemoryChain(): MemoryChain {
  const acted: Act[] = []
  let audits = exampleAudits
  let followed: BlacklistView = exampleBlacklist
  const check = (act: Act) => {
    if (act.act !== 'withdraw' || BigInt(act.amountWei) <= BigInt(exampleWallet.freeWei)) return
    throw new GolemError({ code: 'FUNDS_MISSING', message: 'Only 8 GLM are free.', remedy: 'Withdraw less.' })
  }
  return {
    acted,
    wallet: async () => exampleWallet,
    exportWallet: async ({ path, password, plain }) => ({
      ...{ path, address: exampleWallet.address, claims: 2 },
      encrypted: password !== null && !plain,
    }),
    chain: async () => ({ now: exampleChain, kind: 'elsewhere', remembered: exampleChain, isNamed: false }),
    changeChain: async () => {},
    quoteContracts: async () => ({ about: null, token: exampleChain.token, startsAtS: null }),
    makeContracts: async () => ({ ...exampleChain, contracts: [], transactions: 0, feeWei: '0' }),
    examineBackup: async ({ password }) => ({
      ...{ address: exampleWallet.address, claims: 2, encrypted: password !== null },
      leaves: null,
    }),
    importWallet: async ({ backup, leave, password }) => {
      if (leave !== null || backup.includes(exampleWallet.address))
        return { address: exampleWallet.address, claims: 2, encrypted: password !== null }
      throw new GolemError({ code: 'KEY_EXISTS', message: 'This node has another key.', remedy: 'Use the Golem App.' })
    },
    history: async (limit) => ({ ...exampleHistory, entries: exampleHistory.entries.slice(0, limit) }),
    quote: async (act) => {
      check(act)
      return exampleQuote
    },
    act: async (act) => {
      check(act)
      acted.push(act)
      return { about: exampleQuote.about, receipt: exampleReceipt }
    },
    registry: async ({ application }) => {
      if (application === undefined || application === 'blender') return exampleRegistry
      throw new GolemError({
        code: 'APP_UNPUBLISHED',
        message: 'The registry has no such application.',
        remedy: 'Look.',
      })
    },
    blacklist: async () => followed,
    list: async (owner) => ({ ...exampleList, owner }),
    changeFollowing: async ({ follow, unfollow, mode }) => {
      const rest = followed.following.filter(({ owner }) => owner !== unfollow)
      const added = follow === undefined ? [] : [{ owner: follow, entries: 0, readAtMs: null, problem: null }]
      followed = { ...followed, following: [...rest, ...added], mode: mode ?? followed.mode }
      return followed
    },
    audits: async () => audits,
    changeAudits: async ({ isOn }) => {
      audits = { ...audits, isOn }
      return audits
    },
    vet: async () => exampleVetting,
    vetting: async (report) => ({ ...exampleVetting, report }),
    disputes: async () => exampleDisputes,
    crowdfund: async () => exampleCrowdfund,
    trust: async () => exampleTrust,
    party: async (address) => ({ ...exampleParty, address }),
    admit: async () => exampleAdmission,
    rerun: async () => exampleRerun,
  }
}
