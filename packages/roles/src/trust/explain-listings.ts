import { judgeListings, type ListingsInput } from '@golem/market'

/** What followed lists say of a party, and what that does here, in sentences for people. */
export function explainListings(
  as: 'provider' | 'requestor',
  input: ListingsInput & { appealWindowS: number },
): string[] {
  const { listings, nowS, appealWindowS, mode, isAllowed } = input
  const valid = listings.filter(({ entry }) => entry.expiresAtS > nowS)
  if (valid.length === 0) return []
  const said = valid.flatMap(({ owner, entry: { evidence, listedAtS, expiresAtS, appeal } }) => [
    `As a ${as} it stands on the list of ${owner} (evidence: ${evidence}) since ${dayOf(listedAtS)}, until ${dayOf(expiresAtS)}.`,
    ...(appeal === null ? [] : [`It has answered: ${appeal}.`]),
  ])
  return [...said, whatFollows()]

  function whatFollows(): string {
    if (mode === 'off') return 'Lists do nothing here.'
    if (isAllowed) return 'It is on the allow list of this node, which wins over that.'
    if (mode === 'warn') return 'Lists are only told of here.'
    if (judgeListings(input).does === 'exclude')
      return `It gets no new work${as === 'provider' ? '' : ' done'} because of that.`
    const actsAtS = Math.min(...valid.map(({ entry }) => entry.listedAtS)) + appealWindowS
    return `It can answer until ${new Date(actsAtS * 1_000).toISOString().slice(0, 16).replace('T', ' ')} UTC: that does nothing before.`
  }
}

const dayOf = (atS: number): string => new Date(atS * 1_000).toISOString().slice(0, 10)
