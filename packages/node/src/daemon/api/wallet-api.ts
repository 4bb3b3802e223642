import type { WalletApi } from '../../http/index.ts'
import type { DaemonParts } from '../daemon-parts.ts'
import { toApiHistory } from '../views.ts'

export function createWalletApi(parts: DaemonParts): WalletApi {
  const { chain, requestor, signer, watch, keyring } = parts
  return {
    wallet: async () => {
      const { walletWei, freeWei, gasWei } = await chain.balances(signer.address)
      const [{ spentWei, lockedWei }, owed] = await Promise.all([requestor.treasury.totals(), requestor.settler.owed()])
      const owedByMeWei = owed.reduce((sum, { amountWei, paidWei }) => sum + amountWei - paidWei, 0n)
      const earnings = watch.earnings()
      return {
        address: signer.address,
        chainId: chain.settlement.chainId,
        walletWei: walletWei.toString(),
        freeWei: freeWei.toString(),
        lockedWei: lockedWei.toString(),
        gasWei: gasWei.toString(),
        owedToMeWei: earnings.owedToMeWei.toString(),
        owedByMeWei: owedByMeWei.toString(),
        earnedWei: earnings.earnedWei.toString(),
        spentWei: spentWei.toString(),
        keyEncrypted: keyring.isEncrypted,
      }
    },
    exportWallet: keyring.exportTo,
    history: async (limit) => {
      const all = chain.account.transactions()
      return { total: all.length, entries: all.slice(-limit).reverse().map(toApiHistory) }
    },
  }
}
