import type { LendingChange, LendingView } from '@golem/api'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { daemon } from '../api/daemon.ts'
import { lendingQuery } from '../api/queries.ts'

/** Says something of lending; what is shown is what the daemon made of it. */
export function useLendingChange() {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: (change: LendingChange) => daemon.changeLending(change),
    onSuccess: (view: LendingView) => {
      queries.setQueryData(lendingQuery.queryKey, view)
      void queries.invalidateQueries({ queryKey: ['status'] })
    },
  })
}
