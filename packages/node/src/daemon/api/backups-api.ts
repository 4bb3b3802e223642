import type { BackupBody, LeftBehind } from '@golem/api'
import { isEnded } from '@golem/api/client'
import { type Address, GolemError, signerFromKey } from '@golem/protocol'
import type { BackupsApi } from '../../http/index.ts'
import { parseBackup } from '../../keys/backup.ts'
import type { Brought } from '../../keys/bring-in.ts'
import { encryptKey } from '../../keys/open-key.ts'
import { longEnough } from '../../keys/password.ts'
import type { DaemonParts } from '../daemon-parts.ts'
import type { HomeChange } from '../home-change.ts'
import { createDisputesApi } from './disputes-api.ts'
import { createWalletApi } from './wallet-api.ts'

/** Brings backups into a node that runs. What is in them is never in an answer. */
export function createBackupsApi(parts: DaemonParts, onChange: (change: HomeChange) => void): BackupsApi {
  const { signer, options, keyring } = parts
  const self = signer.address
  /** A key lies in plain only where it did before, and no money hangs on it. */
  const mayBePlain = !keyring.isEncrypted && (options.dev || options.grid)

  const read = async ({ backup, password }: BackupBody) => {
    const { key, encrypted, claims } = await parseBackup(backup, async () => password ?? missing())
    const { address } = signerFromKey(key)
    if (address !== self && encrypted === null) {
      if (password !== null) longEnough(password)
      else if (!mayBePlain) return unprotected()
    }
    return { key, encrypted, claims, address }
  }
  const leftBehind = async (address: Address): Promise<LeftBehind | null> => {
    if (address === self) return null
    const { walletWei, freeWei, lockedWei, gasWei, owedToMeWei, owedByMeWei } = await createWalletApi(parts).wallet()
    const stakeWei = await stakeOf(parts)
    return { address: self, walletWei, freeWei, lockedWei, gasWei, owedToMeWei, owedByMeWei, stakeWei }
  }

  return {
    examineBackup: async (body) => {
      const { address, claims, encrypted } = await read(body)
      await refuseBusy(parts, address !== self)
      return { address, claims: claims.length, encrypted: encrypted !== null, leaves: await leftBehind(address) }
    },
    importWallet: async ({ leave, ...body }) => {
      const { key, encrypted, claims, address } = await read(body)
      await refuseBusy(parts, address !== self)
      if (address !== self && leave?.toLowerCase() !== self) throw exists(self, address)
      const { password } = body
      const keystore =
        encrypted !== null
          ? { ...encrypted, address: address.slice(2) }
          : password !== null && address !== self
            ? await encryptKey(key, password)
            : null
      const brought: Brought = { key, keystore, claims }
      setImmediate(onChange, { what: 'key', brought })
      const isEncrypted = address === self ? keyring.isEncrypted : keystore !== null
      return { address, claims: claims.length, encrypted: isEncrypted }
    },
  }
}

/** What cannot be left, or broken off, without a loss that nobody would see. */
async function refuseBusy(parts: DaemonParts, isOther: boolean): Promise<void> {
  const { requestor, watch, store, chain, grid } = parts
  const running = requestor.jobs().filter(({ state }) => !isEnded(state)).length
  if (running > 0) {
    const what = `${running} ${running === 1 ? 'job has' : 'jobs have'} not ended.`
    throw busy(what, 'Wait for them, or cancel them.')
  }
  const lent = store.list(watch.keys.agreements).length
  if (lent > 0) {
    const what = `This node works for others under ${lent} ${lent === 1 ? 'agreement' : 'agreements'}.`
    throw busy(what, 'Stop lending, and wait until what was delivered is accepted.')
  }
  if (chain.account.transactions().some(({ outcome }) => outcome === null)) {
    throw busy('A transaction of this node is not mined yet.', 'Wait for it.')
  }
  if (!isOther) return
  if (grid?.role === 'host') {
    throw new GolemError({
      code: 'GRID_HOST',
      message: `This node keeps the chain of the grid ${grid.name}, and its members know it by its key.`,
      remedy: 'End the grid first.',
    })
  }
  const { disputes } = await createDisputesApi(parts)
    .disputes()
    .catch(noContract({ disputes: [] }))
  const self = parts.signer.address
  const open = disputes.filter(
    ({ phase, accuser, accused, isJuror }) => phase !== 'finished' && (isJuror || accuser === self || accused === self),
  ).length
  if (open > 0) {
    const what = `This node is a party or a juror of ${open} ${open === 1 ? 'dispute' : 'disputes'}.`
    throw busy(what, 'Wait until they are judged.')
  }
}

const stakeOf = ({ stake, signer }: DaemonParts): Promise<string | null> =>
  stake.of(signer.address).then(({ totalWei }) => totalWei.toString(), noContract(null))

const noContract =
  <T>(otherwise: T) =>
  (error: unknown): T => {
    if (error instanceof GolemError && error.code === 'CONTRACT_MISSING') return otherwise
    throw error
  }

const busy = (message: string, remedy: string) => new GolemError({ code: 'KEY_BUSY', message, remedy })

const exists = (present: Address, other: Address) =>
  new GolemError({
    code: 'KEY_EXISTS',
    message: `This node has the key of ${present}; the backup is of ${other}.`,
    remedy: 'Use the Golem App, which says what stays with the present key, or an empty home.',
  })

const missing = (): never => {
  throw new GolemError({
    code: 'PASSWORD_MISSING',
    message: 'The backup is encrypted.',
    remedy: 'Give the password that it was written with.',
  })
}
const unprotected = (): never => {
  throw new GolemError({
    code: 'PASSWORD_MISSING',
    message: 'The backup is in plain, and a key lies encrypted here.',
    remedy: 'Choose a password for it.',
  })
}
