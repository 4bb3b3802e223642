import type { UseQueryResult } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { Loading } from './loading.tsx'
import { ProblemNotice } from './problem-notice.tsx'

type Props<T> = {
  query: UseQueryResult<T>
  children: (data: T) => ReactNode
  /** Lines of the placeholder. */
  lines?: number
}

/**
 * What the daemon answered; until then a placeholder, and where it answers no more what it said last: the banner above all
 * views tells that the daemon is away.
 */
export function QueryView<T>({ query, children, lines = 3 }: Props<T>) {
  if (query.data !== undefined) return children(query.data)
  if (query.isError) return <ProblemNotice error={query.error} retry={() => void query.refetch()} />
  return <Loading lines={lines} />
}
