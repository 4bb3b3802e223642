import { useQueryClient } from '@tanstack/react-query'
import { useEffect, useRef } from 'react'

/** Asks for everything in sight again once the daemon is back: what failed meanwhile need not be asked for by hand. */
export function useComeBack(isAway: boolean): void {
  const queries = useQueryClient()
  const wasAway = useRef(isAway)
  useEffect(() => {
    if (wasAway.current && !isAway) void queries.invalidateQueries()
    wasAway.current = isAway
  }, [isAway, queries])
}
