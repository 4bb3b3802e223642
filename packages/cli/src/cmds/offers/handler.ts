import type { Cli, Outcome } from '../../cli.ts'
import { align } from '../../views/align.ts'
import { glm } from '../../views/format-amounts.ts'
import { formatDuration } from '../../views/format-duration.ts'
import { plainText } from '../../views/plain-text.ts'
import { shortAddress } from '../../views/short-address.ts'

export async function listOffers({ client, io }: Cli): Promise<Outcome> {
  const value = await client.offers()
  if (value.length === 0) return { value, text: 'No offers seen yet: providers answer when a job asks.' }
  const rows = value.map((offer) => [
    shortAddress(offer.provider),
    plainText(offer.app),
    String(offer.cores),
    offer.speed.toFixed(2),
    glm(offer.pricePerCoreHourWei),
    formatDuration(Math.max(0, offer.expiresAtMs - io.now())),
  ])
  return { value, text: align([['PROVIDER', 'APP', 'CORES', 'SPEED', 'PER CORE-HOUR', 'VALID FOR'], ...rows]) }
}
