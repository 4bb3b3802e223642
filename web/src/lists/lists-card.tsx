import type { BlacklistView, FollowingChange } from '@golem/api'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { ChevronDown } from 'lucide-react'
import { Collapsible } from 'radix-ui'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { daemon } from '../api/daemon.ts'
import { blacklistQuery, listQuery } from '../api/queries.ts'
import { isAddress } from '../format/is-address.ts'
import { useSaid } from '../i18n/use-said.ts'
import { Address } from '../ui/address.tsx'
import { AddressField } from '../ui/address-field.tsx'
import { Badge } from '../ui/badge.tsx'
import { Button } from '../ui/button.tsx'
import { Card } from '../ui/card.tsx'
import { ProblemNotice } from '../ui/problem-notice.tsx'
import { QueryView } from '../ui/query-view.tsx'
import { Segmented } from '../ui/segmented.tsx'
import { Entries } from './entries.tsx'

/** Whose blacklists count here, what they say, and what is made of it. */
export function ListsCard() {
  const { t } = useTranslation()
  const query = useQuery(blacklistQuery)
  return (
    <Card title={t('lists.title')}>
      <QueryView query={query} lines={4}>
        {(view) => <Following view={view} />}
      </QueryView>
    </Card>
  )
}

function Following({ view: { mode, following } }: { view: BlacklistView }) {
  const { t } = useTranslation()
  const said = useSaid()
  const queries = useQueryClient()
  const [owner, setOwner] = useState('')
  const change = useMutation({
    mutationFn: (wanted: FollowingChange) => daemon.changeFollowing(wanted),
    onSuccess: (next) => {
      queries.setQueryData(blacklistQuery.queryKey, next)
      setOwner('')
    },
  })
  return (
    <div className="grid gap-5">
      <Segmented
        label={t('lists.mode')}
        hint={t(`lists.modeHint.${mode}`)}
        value={mode}
        options={(['auto', 'warn', 'off'] as const).map((value) => ({ value, label: t(`lists.modes.${value}`) }))}
        onValue={(next) => change.mutate({ mode: next })}
      />
      {following.length === 0 ? (
        <p className="text-muted">{t('lists.none')}</p>
      ) : (
        <ul className="divide-y rounded-lg border">
          {following.map((list) => (
            <li key={list.owner} className="p-3">
              <Collapsible.Root>
                <div className="flex flex-wrap items-center justify-between gap-2">
                  <Address of={list.owner} />
                  <div className="flex items-center gap-1">
                    <Badge tone={list.problem === null ? 'plain' : 'bad'}>
                      {list.readAtMs === null && list.problem !== null
                        ? t('lists.unread')
                        : t('lists.entries', { count: list.entries })}
                    </Badge>
                    <Button
                      look="quiet"
                      size="small"
                      onClick={() => change.mutate({ unfollow: list.owner })}
                      disabled={change.isPending}
                    >
                      {t('lists.unfollow')}
                    </Button>
                    <Collapsible.Trigger asChild>
                      <Button look="quiet" size="small" aria-label={t('lists.show')}>
                        <ChevronDown aria-hidden className="size-4" />
                      </Button>
                    </Collapsible.Trigger>
                  </div>
                </div>
                {list.problem !== null && <p className="break-words text-muted text-xs">{said(list.problem)}</p>}
                <Collapsible.Content>
                  <OnList owner={list.owner} />
                </Collapsible.Content>
              </Collapsible.Root>
            </li>
          ))}
        </ul>
      )}
      <form
        className="flex items-end gap-2"
        onSubmit={(event) => {
          event.preventDefault()
          if (isAddress(owner)) change.mutate({ follow: owner.trim() })
        }}
      >
        <AddressField className="flex-1" label={t('lists.follow')} value={owner} onText={setOwner} />
        <Button type="submit" disabled={!isAddress(owner) || change.isPending}>
          {t('common.add')}
        </Button>
      </form>
      {change.isError && <ProblemNotice error={change.error} />}
    </div>
  )
}

function OnList({ owner }: { owner: string }) {
  const { t } = useTranslation()
  const query = useQuery(listQuery(owner))
  return (
    <QueryView query={query} lines={2}>
      {({ entries }) =>
        entries.length === 0 ? <p className="pt-2 text-muted">{t('lists.empty')}</p> : <Entries entries={entries} />
      }
    </QueryView>
  )
}
