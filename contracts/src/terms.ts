const DAY_S = 86_400
const GLM = 10n ** 18n
const ETH = 10n ** 18n

/**
 * What the contracts are deployed with on a public network; contracts/README.md gives the reasons. Times in seconds,
 * amounts in base units.
 */
export const publicTerms = {
  crowdfunding: { minimumWei: 150_000n * ETH, capWei: 820_000n * ETH, teamLockS: 180 * DAY_S },
  stake: {
    exitDelayS: 42 * DAY_S,
    claimWindowS: 14 * DAY_S,
    claimLifeS: 27 * DAY_S,
    slashDelayS: 3 * DAY_S,
    ageingS: 30 * DAY_S,
  },
  disputes: {
    bondWei: 100n * GLM,
    firstSeats: 9,
    drawS: DAY_S,
    commitS: 2 * DAY_S,
    revealS: 2 * DAY_S,
    appealS: 3 * DAY_S,
    finishS: 3 * DAY_S,
  },
} as const
