/**
 * What a machine earns in a day of full work: core-hours are of the reference machine, so that a core of speed 2 does two of
 * them in an hour.
 *
 * @param speed of one core
 */
export const earnPerDayWei = (cores: number, speed: number, pricePerCoreHourWei: bigint, hours = 24): bigint =>
  (pricePerCoreHourWei * BigInt(Math.round(cores * speed * hours * 1_000))) / 1_000n
