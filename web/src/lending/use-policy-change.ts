import { useMutation, useQueryClient } from '@tanstack/react-query'
import { daemon } from '../api/daemon.ts'
import { policyQuery } from '../api/queries.ts'

/** Sets keys of the policy by a person's words; what is shown is what the daemon made of them. */
export function usePolicyChange() {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: (changes: Record<string, string>) => daemon.setPolicy(changes),
    onSuccess: (next) => queries.setQueryData(policyQuery.queryKey, next),
  })
}
