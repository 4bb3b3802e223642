import type { BackupBody, LeftBehind } from '@golem/api'
import { type Address, GolemError, signerFromKey } from '@golem/protocol'
import type { BackupsApi } from '../../http/index.ts'
import { parseBackup } from '../../keys/backup.ts'
import type { Brought } from '../../keys/bring-in.ts'
import { encryptKey } from '../../keys/open-key.ts'
import { longEnough } from '../../keys/password.ts'
import type { DaemonParts } from '../daemon-parts.ts'
import type { HomeChange } from '../home-change.ts'
import { refuseBusy, withoutContract } from '../refuse-busy.ts'
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
  const refuse = async (address: Address): Promise<void> => {
    if (address !== self) refuseHost(parts)
    await refuseBusy(parts, { isLeft: address !== self })
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
      await refuse(address)
      return { address, claims: claims.length, encrypted: encrypted !== null, leaves: await leftBehind(address) }
    },
    importWallet: async ({ leave, ...body }) => {
      const { key, encrypted, claims, address } = await read(body)
      if (address !== self && leave?.toLowerCase() !== self) throw exists(self, address)
      const { password } = body
      const keystore =
        encrypted !== null
          ? { ...encrypted, address: address.slice(2) }
          : password !== null && address !== self
            ? await encryptKey(key, password)
            : null
      // Last: opening and encrypting take seconds, in which work may begin.
      await refuse(address)
      const brought: Brought = { key, keystore, claims }
      setImmediate(onChange, { what: 'key', brought })
      const isEncrypted = address === self ? keyring.isEncrypted : keystore !== null
      return { address, claims: claims.length, encrypted: isEncrypted }
    },
  }
}

function refuseHost({ grid }: DaemonParts): void {
  if (grid?.role !== 'host') return
  throw new GolemError({
    code: 'GRID_HOST',
    message: `This node keeps the chain of the grid ${grid.name}, and its members know it by its key.`,
    remedy: 'End the grid first.',
  })
}

const stakeOf = ({ stake, signer }: DaemonParts): Promise<string | null> =>
  stake.of(signer.address).then(({ totalWei }) => totalWei.toString(), withoutContract(null))

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
