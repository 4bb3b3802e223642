import type { Wallet } from '@golem/api'
import type { GolemNode } from './golem-node.ts'

/** What a node says of its money. */
export const walletOf = (node: GolemNode): Promise<Wallet> => node.json<Wallet>(['wallet'])
