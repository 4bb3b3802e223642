import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { statusQuery } from './queries.ts'

/** What is told of a start differs by a moment each time that it is reckoned. */
const SAME_START_MS = 1_500

/** Whether the node is still on its way to its next start, once that has begun. */
export function useRestart(): { isMoving: boolean; begin: () => void } {
  const status = useQuery(statusQuery)
  const [leftAtMs, setLeftAtMs] = useState<number | null>(null)
  const startedAtMs = status.data === undefined ? null : status.dataUpdatedAt - status.data.uptimeMs
  const isMoving =
    leftAtMs !== null && (status.isError || startedAtMs === null || startedAtMs - leftAtMs < SAME_START_MS)
  return { isMoving, begin: () => setLeftAtMs(startedAtMs) }
}
