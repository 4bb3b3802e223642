import { type Policy, providerPolicy } from '@golem/api'
import type { PolicyApi } from '../../http/index.ts'
import type { DaemonParts } from '../daemon-parts.ts'

export function createPolicyApi({ policy, grants, lists, apps }: DaemonParts): PolicyApi {
  const view = (): Policy => ({
    path: policy.path,
    text: policy.text(),
    problem: policy.problem()?.sentence ?? null,
    policy: providerPolicy.parse(policy.current()),
  })
  return {
    policy: async () => view(),
    setPolicy: async (changes) => {
      policy.set(changes)
      // Whom it names now counts at once, where the chain answers.
      await Promise.all([grants.refresh(apps.loaded), lists.refresh()])
      return view()
    },
  }
}
