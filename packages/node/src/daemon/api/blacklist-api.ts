import type { BlacklistView } from '@golem/api'
import { asAddress } from '@golem/protocol'
import type { BlacklistApi } from '../../http/index.ts'
import type { DaemonParts } from '../daemon-parts.ts'

/** Entries of one list that are shown. */
const MAX_SHOWN = 1_000

export function createBlacklistApi({ chain, blacklist, lists, policy, signer }: DaemonParts): BlacklistApi {
  const view = (): BlacklistView => ({
    address: blacklist.address,
    chainId: chain.settlement.chainId,
    self: signer.address,
    mode: policy.current().blacklist.mode,
    following: lists.lists(),
  })
  return {
    blacklist: async () => view(),
    list: async (text) => {
      const owner = asAddress(text)
      const [entries, nowS] = await Promise.all([blacklist.entries(owner, MAX_SHOWN), chain.now()])
      return {
        owner,
        entries: entries.map(({ id, ...entry }) => ({ ...entry, subject: id, isExpired: entry.expiresAtS <= nowS })),
      }
    },
    changeFollowing: async ({ follow, unfollow, mode }) => {
      const owners = new Set<string>(policy.current().blacklist.follow)
      if (follow !== undefined) owners.add(asAddress(follow))
      if (unfollow !== undefined) owners.delete(asAddress(unfollow))
      policy.set({
        'blacklist.follow': [...owners].join(', '),
        ...(mode === undefined ? {} : { 'blacklist.mode': mode }),
      })
      await lists.refresh()
      return view()
    },
  }
}
