import { asAddress } from '@golem/protocol'
import { courtCompliance } from '../compliance/disputes.ts'
import { memoryCourt } from './disputes.ts'
import { memoryStakes } from './stakes.ts'

courtCompliance('memory', async () => {
  let atS = 1_700_000_000
  const nowS = () => atS
  const stakes = memoryStakes({ nowS })
  const court = memoryCourt(
    { stakes, nowS },
    { bondWei: 10n ** 18n, firstSeats: 3, drawS: 600, commitS: 600, revealS: 600, appealS: 300 },
  )
  return {
    ...{ stakes, arbiter: court.address, as: court.as, enlist: court.enlist, open: court.open, appeal: court.appeal },
    people: [1, 2, 3, 4, 5].map((n) => asAddress(`0x${`${n}`.repeat(40)}`)),
    stake: async (staker, amountWei) => stakes.add(staker, amountWei, court.address),
    exit: async (staker) => stakes.exit(staker),
    stay: async (staker) => stakes.stay(staker),
    later: async (seconds) => {
      atS += seconds
    },
    balanceWei: async (account) => court.gainedWei(account),
    remove: async () => undefined,
  }
})
