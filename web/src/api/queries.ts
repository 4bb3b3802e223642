import type { LiveName } from '@golem/api'
import { queryOptions } from '@tanstack/react-query'
import { daemon } from './daemon.ts'

/** Views that come by themselves at present: see `useLiveViews`. */
export const liveViews = new Set<LiveName>()
/** Of what comes by itself, nothing is missed for longer, whatever became of the stream. */
const CERTAINLY_MS = 60_000
const pollEveryMs = (name: LiveName, everyMs: number): number => (liveViews.has(name) ? CERTAINLY_MS : everyMs)

/** What the daemon is asked, and how often where it does not come by itself: all of it is local and cheap. */
export const statusQuery = queryOptions({
  queryKey: ['status'],
  queryFn: ({ signal }) => daemon.status({ signal }),
  refetchInterval: () => pollEveryMs('status', 4_000),
})
export const jobsQuery = queryOptions({
  queryKey: ['jobs'],
  queryFn: ({ signal }) => daemon.jobs({ signal }),
  refetchInterval: () => pollEveryMs('jobs', 4_000),
})
export const lendingQuery = queryOptions({
  queryKey: ['lending'],
  queryFn: ({ signal }) => daemon.lending({ signal }),
  refetchInterval: () => pollEveryMs('lending', 2_000),
})
/** While this is asked, the daemon has pictures made of what it computes for others. */
export const lentWorkQuery = queryOptions({
  queryKey: ['lending', 'work'],
  queryFn: ({ signal }) => daemon.lentWork({ signal }),
  refetchInterval: () => pollEveryMs('lentWork', 1_500),
})
export const machineQuery = queryOptions({
  queryKey: ['machine'],
  queryFn: ({ signal }) => daemon.machine({ signal }),
  refetchInterval: () => pollEveryMs('machine', 3_000),
})
export const earningsQuery = queryOptions({
  queryKey: ['earnings'],
  queryFn: ({ signal }) => daemon.earnings({ signal }),
  refetchInterval: () => pollEveryMs('earnings', 10_000),
})
export const walletQuery = queryOptions({
  queryKey: ['wallet'],
  queryFn: ({ signal }) => daemon.wallet({ signal }),
  refetchInterval: () => pollEveryMs('wallet', 5_000),
})
export const historyQuery = (limit: number) =>
  queryOptions({
    queryKey: ['history', limit],
    queryFn: ({ signal }) => daemon.history(limit, { signal }),
    refetchInterval: 10_000,
  })
export const policyQuery = queryOptions({
  queryKey: ['policy'],
  queryFn: ({ signal }) => daemon.policy({ signal }),
})
export const blacklistQuery = queryOptions({
  queryKey: ['blacklist'],
  queryFn: ({ signal }) => daemon.blacklist({ signal }),
  refetchInterval: 15_000,
})
export const listQuery = (owner: string) =>
  queryOptions({ queryKey: ['list', owner], queryFn: ({ signal }) => daemon.list(owner, { signal }) })
export const offersQuery = queryOptions({
  queryKey: ['offers'],
  queryFn: ({ signal }) => daemon.offers({ signal }),
  refetchInterval: () => pollEveryMs('offers', 5_000),
})
/** Asks providers for each application in turn, and so not often; what they offer is among all offers then. */
export const askedQuery = (apps: readonly string[]) =>
  queryOptions({
    queryKey: ['offers', 'asked', ...apps],
    queryFn: async ({ signal }) => {
      for (const app of apps) {
        await daemon.prices(app, { signal })
        await daemon.offers({ signal })
      }
      return daemon.offers({ signal })
    },
    staleTime: 30_000,
    refetchInterval: 60_000,
  })
/** Asks providers, and so not often. */
export const pricesQuery = (app: string) =>
  queryOptions({
    queryKey: ['prices', app],
    queryFn: ({ signal }) => daemon.prices(app, { signal }),
    staleTime: 30_000,
    refetchInterval: 60_000,
  })
export const netQuery = queryOptions({
  queryKey: ['net'],
  queryFn: ({ signal }) => daemon.net({ signal }),
  refetchInterval: () => pollEveryMs('net', 5_000),
})
export const gridQuery = queryOptions({
  queryKey: ['grid'],
  queryFn: ({ signal }) => daemon.grid({ signal }),
  refetchInterval: 5_000,
})
export const chainQuery = queryOptions({
  queryKey: ['chain'],
  queryFn: ({ signal }) => daemon.chain({ signal }),
  refetchInterval: 10_000,
})
export const crowdfundQuery = queryOptions({
  queryKey: ['crowdfund'],
  queryFn: ({ signal }) => daemon.crowdfund({ signal }),
  refetchInterval: 15_000,
  retry: false,
})
/** Programs are started for it: it is asked for when somebody looks. */
export const doctorQuery = (app?: string) =>
  queryOptions({
    queryKey: ['doctor', app ?? null],
    queryFn: ({ signal }) => daemon.doctor(app, { signal }),
    staleTime: 60_000,
  })
export const startQuery = queryOptions({
  queryKey: ['start'],
  queryFn: ({ signal }) => daemon.start({ signal }),
})
export const dataQuery = queryOptions({
  queryKey: ['data'],
  queryFn: ({ signal }) => daemon.showData({ signal }),
  refetchInterval: 10_000,
})
export const entriesQuery = (cid: string) =>
  queryOptions({ queryKey: ['data', cid], queryFn: ({ signal }) => daemon.listData(cid, { signal }) })
/** What has a CID never changes; it is asked for when somebody wants to read it. */
export const textQuery = (cid: string) =>
  queryOptions({
    queryKey: ['text', cid],
    queryFn: ({ signal }) => daemon.readText(cid, { signal }),
    staleTime: Number.POSITIVE_INFINITY,
  })
export const imagesQuery = queryOptions({
  queryKey: ['images'],
  queryFn: ({ signal }) => daemon.images({ signal }),
})
export const registryQuery = queryOptions({
  queryKey: ['registry'],
  queryFn: ({ signal }) => daemon.registry({ limit: 50 }, { signal }),
  staleTime: 30_000,
})
/** Signed, and so the same for ever. */
export const vettingQuery = (report: string) =>
  queryOptions({
    queryKey: ['vetting', report],
    queryFn: ({ signal }) => daemon.vetting(report, { signal }),
    staleTime: Number.POSITIVE_INFINITY,
  })
export const trustQuery = queryOptions({
  queryKey: ['trust'],
  queryFn: ({ signal }) => daemon.trust({ signal }),
  refetchInterval: 10_000,
})
export const partyQuery = (address: string) =>
  queryOptions({ queryKey: ['trust', address], queryFn: ({ signal }) => daemon.party(address, { signal }) })
/** What is at stake, and what panels judge: of the chain, which moves by blocks. */
export const disputesQuery = queryOptions({
  queryKey: ['disputes'],
  queryFn: ({ signal }) => daemon.disputes({ signal }),
  refetchInterval: 10_000,
})
export const auditsQuery = queryOptions({
  queryKey: ['audits'],
  queryFn: ({ signal }) => daemon.audits({ signal }),
  refetchInterval: 5_000,
})
