import { useQueries, useQuery } from '@tanstack/react-query'
import { ShieldCheck } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { blacklistQuery, listQuery } from '../api/queries.ts'
import { isAddress } from '../format/is-address.ts'
import { Address } from '../ui/address.tsx'
import { AddressField } from '../ui/address-field.tsx'
import { Button } from '../ui/button.tsx'
import { Card } from '../ui/card.tsx'
import { Empty } from '../ui/empty.tsx'
import { Loading } from '../ui/loading.tsx'
import { ProblemNotice } from '../ui/problem-notice.tsx'
import { QueryView } from '../ui/query-view.tsx'
import { AnswerEntry } from './answer-entry.tsx'
import { Entries, type Entry } from './entries.tsx'

/** Where this node itself is named, and any list that somebody wants to read. */
export function NamedCard() {
  const { t } = useTranslation()
  const query = useQuery(blacklistQuery)
  const [text, setText] = useState('')
  const [owner, setOwner] = useState<string | null>(null)
  return (
    <Card title={t('lists.read')}>
      <QueryView query={query} lines={4}>
        {({ self, following }) => (
          <div className="grid gap-5">
            <NamesYou self={self} owners={following.map((list) => list.owner)} />
            <form
              className="flex items-start gap-2"
              onSubmit={(event) => {
                event.preventDefault()
                if (isAddress(text)) setOwner(text.trim().toLowerCase())
              }}
            >
              <AddressField
                className="flex-1"
                label={t('lists.anyList')}
                hint={t('lists.anyListHint')}
                value={text}
                onText={setText}
              />
              <Button type="submit" className="mt-6" disabled={!isAddress(text)}>
                {t('lists.readIt')}
              </Button>
            </form>
            {owner !== null && <WholeList owner={owner} self={self} />}
          </div>
        )}
      </QueryView>
    </Card>
  )
}

function NamesYou({ self, owners }: { self: string; owners: readonly string[] }) {
  const { t } = useTranslation()
  const lists = useQueries({ queries: owners.map((owner) => listQuery(owner)) })
  const failed = lists.find(({ data, isError }) => data === undefined && isError)
  if (failed !== undefined) return <ProblemNotice error={failed.error} retry={() => void failed.refetch()} />
  if (lists.some(({ isPending }) => isPending)) return <Loading lines={2} />
  const naming = lists.flatMap(({ data }) =>
    data === undefined ? [] : [{ ...data, entries: data.entries.filter(({ subject }) => subject === self) }],
  )
  const found = naming.filter(({ entries }) => entries.length > 0)
  if (found.length === 0)
    return (
      <Empty icon={ShieldCheck} title={t('lists.notNamed')}>
        {t('lists.notNamedAbout')}
      </Empty>
    )
  return (
    <div className="grid gap-3">
      {found.map(({ owner, entries }) => (
        <section key={owner}>
          <h3 className="flex flex-wrap items-center gap-2 font-medium text-[13px]">
            {t('lists.namedBy')} <Address of={owner} />
          </h3>
          <Answerable owner={owner} self={self} entries={entries} />
        </section>
      ))}
    </div>
  )
}

function WholeList({ owner, self }: { owner: string; self: string }) {
  const { t } = useTranslation()
  const query = useQuery(listQuery(owner))
  return (
    <section>
      <h3 className="flex flex-wrap items-center gap-2 font-medium text-[13px]">
        {t('lists.listOf')} <Address of={owner} />
      </h3>
      <QueryView query={query} lines={3}>
        {({ entries }) =>
          entries.length === 0 ? (
            <p className="pt-2 text-muted">{t('lists.empty')}</p>
          ) : (
            <Answerable owner={owner} self={self} entries={entries} />
          )
        }
      </QueryView>
    </section>
  )
}

type Answerable = { owner: string; self: string; entries: readonly Entry[] }

/** Who is listed may answer; for an application anybody may. */
function Answerable({ owner, self, entries }: Answerable) {
  const { t } = useTranslation()
  const [answered, setAnswered] = useState<Entry | null>(null)
  return (
    <>
      <Entries
        entries={entries}
        actions={(entry) =>
          (entry.subject === self || entry.kind === 'application') && (
            <Button size="small" className="mt-2" onClick={() => setAnswered(entry)}>
              {t('lists.answer')}
            </Button>
          )
        }
      />
      {answered !== null && <AnswerEntry owner={owner} entry={answered} onDone={() => setAnswered(null)} />}
    </>
  )
}
