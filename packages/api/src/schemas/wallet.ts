import { z } from '@hono/zod-openapi'
import { address, addressText, positiveWei, weiText } from './primitives.ts'

export const wallet = z
  .object({
    address,
    chainId: z.number(),
    walletWei: weiText,
    /** In the payment contract, free to spend or withdraw. */
    freeWei: weiText,
    /** Locked for jobs. */
    lockedWei: weiText,
    /** ETH for gas. */
    gasWei: weiText,
    /** By vouchers held, and not yet in the free balance. */
    owedToMeWei: weiText,
    /** Promised to providers by vouchers, and not paid on the chain yet. */
    owedByMeWei: weiText,
    /** Ever earned, by vouchers. */
    earnedWei: weiText,
    /** Ever promised to providers, by vouchers. */
    spentWei: weiText,
    /** The key of this node lies encrypted; else in plain. */
    keyEncrypted: z.boolean(),
  })
  .openapi('Wallet')
export type Wallet = z.infer<typeof wallet>

export const walletActs = [
  /** From the wallet into the payment contract. */
  z.object({ act: z.literal('deposit'), amountWei: positiveWei }),
  z.object({ act: z.literal('withdraw'), amountWei: positiveWei }),
  /** Pays providers what was promised, and takes what is owed to this node, whatever its gas. */
  z.object({ act: z.literal('settle') }),
  z.object({ act: z.literal('send'), coin: z.enum(['glm', 'eth']), amountWei: positiveWei, to: addressText }),
] as const

export const receipt = z.object({ hash: z.string(), gasUsed: z.string(), feeWei: weiText }).openapi('Receipt')
export type Receipt = z.infer<typeof receipt>

/** Key, vouchers and proofs are written into a file; nothing of them is in the answer. */
export const exportBody = z
  .object({
    /** Absolute; nothing may be there. */
    path: z.string().max(4_096),
    /** Of the key, where it is encrypted: the backup has the same. Else a new one, or null for none. */
    password: z.string().max(1_000).nullable(),
    /** Writes it without encryption. */
    plain: z.boolean(),
  })
  .openapi('Export')
export type ExportBody = z.infer<typeof exportBody>
export const exported = z
  .object({ path: z.string(), address, claims: z.number().int(), encrypted: z.boolean() })
  .openapi('Exported')
export type Exported = z.infer<typeof exported>

/** A backup, or a keystore of another wallet, as it stands in its file; nothing of it is written but what it is made for. */
export const backupBody = z
  .object({
    backup: z.string().max(16 * 1024 * 1024),
    /** That opens it; of one in plain, a new one under which its key is to lie here. null for none. */
    password: z.string().max(1_000).nullable(),
  })
  .openapi('BackupBody')
export type BackupBody = z.infer<typeof backupBody>
/** What stays with a key that is no more in use: its account on the chain, and what is promised to it and by it. */
export const leftBehind = wallet
  .omit({ chainId: true, earnedWei: true, spentWei: true, keyEncrypted: true })
  /** At stake; null where the chain has no contract for that. */
  .extend({ stakeWei: weiText.nullable() })
export type LeftBehind = z.infer<typeof leftBehind>
export const backupView = z
  .object({
    address,
    claims: z.number().int(),
    /** Its file is encrypted. */
    encrypted: z.boolean(),
    /** null where it is of this node's own key: its claims come beside those that are here. */
    leaves: leftBehind.nullable(),
  })
  .openapi('BackupView')
export type BackupView = z.infer<typeof backupView>
export const importBody = backupBody
  .extend({
    /** The address of this node, by who knows what stays with it; null where the backup is of the same. */
    leave: addressText.nullable(),
  })
  .openapi('ImportBackup')
export type ImportBody = z.infer<typeof importBody>
export const imported = z
  .object({ address, claims: z.number().int(), encrypted: z.boolean() })
  .openapi('ImportedBackup')
export type Imported = z.infer<typeof imported>

/** A transaction of this account. */
export const historyEntry = z
  .object({
    id: z.number().int(),
    atMs: z.number(),
    /** In a word or two: `deposit`, `lock`. */
    what: z.string(),
    /** GLM that it moves, where that is known before. */
    amountWei: weiText.nullable(),
    /** ETH that it takes along. */
    valueWei: weiText,
    /** What for, in words. */
    why: z.string(),
    state: z.enum(['pending', 'mined', 'reverted', 'replaced', 'refused']),
    hash: z.string().nullable(),
    /** What its gas cost; null while it is not mined. */
    feeWei: weiText.nullable(),
  })
  .openapi('HistoryEntry')
/** Newest first. */
export const history = z.object({ entries: z.array(historyEntry), total: z.number() }).openapi('History')
export type History = z.infer<typeof history>
export const historyQuery = z.object({ limit: z.coerce.number().int().min(1).max(100_000).default(20) })
