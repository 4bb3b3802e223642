import type { LiveEvent, LiveName } from '@golem/api'
import { focusManager, useQueryClient } from '@tanstack/react-query'
import { useCallback, useEffect, useSyncExternalStore } from 'react'
import { daemon } from './daemon.ts'
import { isSignedOut } from './problem-of.ts'
import {
  earningsQuery,
  jobsQuery,
  lendingQuery,
  lentWorkQuery,
  liveViews,
  machineQuery,
  netQuery,
  offersQuery,
  statusQuery,
  walletQuery,
} from './queries.ts'

const KEYS: Readonly<Record<LiveName, readonly unknown[]>> = {
  status: statusQuery.queryKey,
  jobs: jobsQuery.queryKey,
  lending: lendingQuery.queryKey,
  lentWork: lentWorkQuery.queryKey,
  machine: machineQuery.queryKey,
  earnings: earningsQuery.queryKey,
  wallet: walletQuery.queryKey,
  offers: offersQuery.queryKey,
  net: netQuery.queryKey,
}
const NAMES = Object.keys(KEYS) as LiveName[]
const RETRY_MS = 1_000

/** Has whatever is shown come by itself as it changes, in one stream, as long as somebody looks at the page. */
export function useLiveViews(): void {
  const queries = useQueryClient()
  const cache = queries.getQueryCache()
  const subscribe = useCallback(
    (onChange: () => void) => {
      const leave = [cache.subscribe(onChange), focusManager.subscribe(onChange)]
      return () => {
        for (const each of leave) each()
      }
    },
    [cache],
  )
  const shown = useSyncExternalStore(subscribe, () =>
    focusManager.isFocused()
      ? NAMES.filter((name) => cache.find({ queryKey: KEYS[name], exact: true })?.isActive()).join()
      : '',
  )

  useEffect(() => {
    if (shown === '') return
    const names = shown.split(',') as LiveName[]
    const leaving = new AbortController()
    const { signal } = leaving
    let isLive = false
    const lose = () => {
      isLive = false
      for (const name of names) liveViews.delete(name)
    }
    /** Once for each loss, all is asked for, so that the page says why nothing comes; then as often as without a stream. */
    const onLost = () => {
      if (!isLive) return
      lose()
      for (const name of names) void queries.invalidateQueries({ queryKey: KEYS[name], exact: true })
    }
    const take = ({ of, view }: LiveEvent) => {
      isLive = true
      for (const name of names) liveViews.add(name)
      if (view === null) void queries.invalidateQueries({ queryKey: KEYS[of], exact: true })
      else queries.setQueryData(KEYS[of], view)
    }
    const watch = async () => {
      while (!signal.aborted) {
        try {
          for await (const event of daemon.watchViews(names, { signal, onLost })) take(event)
        } catch (error) {
          if (signal.aborted) return
          onLost()
          if (isSignedOut(error)) return
          await new Promise((resolve) => setTimeout(resolve, RETRY_MS))
        }
      }
    }
    void watch()
    return () => {
      leaving.abort()
      lose()
    }
  }, [shown, queries])
}
