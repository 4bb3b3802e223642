import type { Party } from '@golem/api'
import { useQuery } from '@tanstack/react-query'
import { ChevronDown, Handshake } from 'lucide-react'
import { Collapsible } from 'radix-ui'
import { useTranslation } from 'react-i18next'
import { partyQuery, trustQuery } from '../api/queries.ts'
import { percent } from '../format/quantities.ts'
import { Address } from '../ui/address.tsx'
import { Badge } from '../ui/badge.tsx'
import { Button } from '../ui/button.tsx'
import { Card } from '../ui/card.tsx'
import { Empty } from '../ui/empty.tsx'
import { QueryView } from '../ui/query-view.tsx'
import { PartyWords } from './party-words.tsx'

const TONES = { nothing: 'good', warn: 'warn', exclude: 'bad' } as const

/** Whom this node has seen at work, what it expects of them, and by what. */
export function PartiesCard() {
  const { t } = useTranslation()
  const query = useQuery(trustQuery)
  return (
    <Card title={t('trust.title')} className="xl:col-span-2">
      <QueryView query={query}>
        {({ parties }) =>
          parties.length === 0 ? (
            <Empty icon={Handshake} title={t('trust.none')}>
              {t('trust.noneAbout')}
            </Empty>
          ) : (
            <ul className="divide-y">
              {parties.map((party) => (
                <PartyRow key={`${party.address}/${party.as}/${party.app}`} party={party} />
              ))}
            </ul>
          )
        }
      </QueryView>
    </Card>
  )
}

function PartyRow({ party }: { party: Party }) {
  const { t, i18n } = useTranslation()
  const { address, as, app, accepted, rejected, otherwise, score, does } = party
  return (
    <Collapsible.Root asChild>
      <li className="py-2.5">
        <div className="flex flex-wrap items-center gap-x-4 gap-y-1">
          <Address of={address} />
          <span className="text-muted">{as === 'provider' ? (app ?? t('trust.provider')) : t('trust.requestor')}</span>
          <span className="text-[13px] tabular-nums">
            {accepted} ✓ {rejected > 0 && <span className="text-bad">{rejected} ✗ </span>}
            {otherwise > 0 && <span className="text-warn">{t('trust.otherwise', { count: otherwise })}</span>}
          </span>
          <span className="ml-auto flex items-center gap-2">
            <span className="font-medium tabular-nums">{percent(score, i18n.language)}</span>
            <Badge tone={TONES[does]}>{t(`trust.does.${does}`)}</Badge>
            <Collapsible.Trigger asChild>
              <Button look="quiet" size="small" aria-label={t('trust.why')}>
                <ChevronDown aria-hidden className="size-4" />
              </Button>
            </Collapsible.Trigger>
          </span>
        </div>
        <Collapsible.Content>
          <Why address={address} />
        </Collapsible.Content>
      </li>
    </Collapsible.Root>
  )
}

function Why({ address }: { address: string }) {
  const query = useQuery(partyQuery(address))
  return (
    <div className="mt-2 rounded-lg bg-raised p-3">
      <QueryView query={query} lines={2}>
        {(party) => <PartyWords party={party} />}
      </QueryView>
    </div>
  )
}
