import type { Job, JobDetail } from '@golem/api'
import { isEnded } from '@golem/api/client'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { daemon } from './daemon.ts'
import { isSignedOut, isUnreachable } from './problem-of.ts'

/** The list of parts is asked for anew at most so often: of large jobs it is long. */
const LIST_EVERY_MS = 700
const RETRY_MS = 1_000

export const jobKey = (id: string) => ['job', id] as const

/**
 * A job as it moves, over lost connections and restarts of the daemon: watching goes on where it was. `isLive` is false
 * while the daemon is away.
 */
export function useLiveJob(id: string) {
  const queries = useQueryClient()
  const query = useQuery({
    queryKey: jobKey(id),
    queryFn: ({ signal }) => daemon.job(id, { signal }),
  })
  const [isLive, setLive] = useState(false)
  const isKnown = query.data !== undefined
  const hasEnded = query.data !== undefined && isEnded(query.data.state)

  useEffect(() => {
    if (!isKnown || hasEnded) return
    const leaving = new AbortController()
    const { signal } = leaving
    let askedMs = 0
    let timer: ReturnType<typeof setTimeout> | undefined
    const askForList = () => {
      timer ??= setTimeout(
        () => {
          timer = undefined
          askedMs = Date.now()
          void queries.invalidateQueries({ queryKey: jobKey(id) })
        },
        Math.max(0, askedMs + LIST_EVERY_MS - Date.now()),
      )
    }
    const take = (job: Job) => {
      queries.setQueryData<JobDetail>(jobKey(id), (before) => before && { ...before, ...job })
      askForList()
    }
    const watch = async () => {
      while (!signal.aborted) {
        try {
          for await (const { job } of daemon.watchJob(id, { signal })) {
            setLive(true)
            take(job)
          }
          // The daemon has said its last word: one more look at the parts.
          await queries.invalidateQueries({ queryKey: jobKey(id) })
          return
        } catch (error) {
          if (signal.aborted || isSignedOut(error) || !isUnreachable(error)) return
          setLive(false)
          await new Promise((resolve) => setTimeout(resolve, RETRY_MS))
        }
      }
    }
    void watch()
    return () => {
      leaving.abort()
      clearTimeout(timer)
    }
  }, [id, isKnown, hasEnded, queries])

  return { ...query, isLive: isLive || hasEnded }
}
