import { useQueries, useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { blacklistQuery, listQuery } from '../api/queries.ts'
import { Entries } from '../lists/entries.tsx'
import { Address } from '../ui/address.tsx'

/** Entries that name somebody, on the list of this node and on those that it follows. */
export function NamedOn({ address }: { address: string }) {
  const { t } = useTranslation()
  const { data } = useQuery(blacklistQuery)
  const owners = data === undefined ? [] : [...new Set([data.self, ...data.following.map(({ owner }) => owner)])]
  const lists = useQueries({ queries: owners.map((owner) => listQuery(owner)) })
  const naming = lists
    .flatMap((list) => list.data ?? [])
    .map(({ owner, entries }) => ({ owner, entries: entries.filter(({ subject }) => subject === address) }))
    .filter(({ entries }) => entries.length > 0)
  if (naming.length === 0) return null
  return (
    <div data-testid="named-on">
      <h3 className="mb-1 font-medium text-muted">{t('trust.namedOn')}</h3>
      {naming.map(({ owner, entries }) => (
        <section key={owner} className="mb-2">
          <p className="text-xs">{owner === data?.self ? t('trust.ownList') : <Address of={owner} />}</p>
          <Entries entries={entries} />
        </section>
      ))}
    </div>
  )
}
