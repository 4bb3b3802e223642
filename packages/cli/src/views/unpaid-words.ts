import type { ProviderStatus } from '@golem/api'
import { glm } from './format-amounts.ts'

/** What a provider can lose to a requestor, before it lends. */
export const unpaidWords = ({ newWei, mostWei }: NonNullable<ProviderStatus['unpaid']>): string =>
  `at risk: a new requestor can leave ${glm(newWei)} or one subtask unpaid, one with as much to lose ${glm(mostWei)}`
