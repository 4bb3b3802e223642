import { isAddress } from '../format/is-address.ts'

export const TRUST_TABS = ['others', 'stake', 'disputes', 'audits', 'lists'] as const
export type TrustTab = (typeof TRUST_TABS)[number]

/** What an address of the page names: a part of it, and whom to look up. */
export type TrustSearch = { tab?: TrustTab | undefined; peer?: string | undefined }

export const asTrustTab = (text: unknown): TrustTab | undefined => TRUST_TABS.find((tab) => tab === text)

export const trustSearch = ({ tab, peer }: Record<string, unknown>): TrustSearch => ({
  tab: asTrustTab(tab),
  peer: typeof peer === 'string' && isAddress(peer) ? peer : undefined,
})
