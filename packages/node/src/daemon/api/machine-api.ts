import { scoreFromOutside } from '@golem/market'
import type { MachineApi } from '../../http/index.ts'
import { lendingReceipts } from '../../lending/lending-receipts.ts'
import { createMachineView } from '../../machine/look-at-machine.ts'
import type { DaemonParts } from '../daemon-parts.ts'

export function createMachineApi({
  options,
  speed,
  watch,
  earningsRecord,
  store,
  chain,
  apps,
}: DaemonParts): MachineApi {
  const machine = createMachineView({ home: options.home, speed })
  return {
    machine,
    earnings: async () => {
      earningsRecord.look()
      const done = watch.workDone()
      return {
        earnedWei: watch.earnings().earnedWei.toString(),
        ...{ accepted: done.accepted, rejected: done.rejected, score: scoreFromOutside(done) },
        hours: earningsRecord.hours(),
      }
    },
    lendingReceipts: async () =>
      lendingReceipts(
        { store, settlement: chain.settlement },
        (manifest) => apps.loaded.find(({ manifestCid }) => manifestCid === manifest)?.title ?? manifest,
      ),
  }
}
