import { useQuery } from '@tanstack/react-query'
import { ListX } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { ActModal } from '../act/act-modal.tsx'
import { blacklistQuery, listQuery } from '../api/queries.ts'
import { Address } from '../ui/address.tsx'
import { Button } from '../ui/button.tsx'
import { Card } from '../ui/card.tsx'
import { Empty } from '../ui/empty.tsx'
import { QueryView } from '../ui/query-view.tsx'
import { Entries, type Entry } from './entries.tsx'
import { PublishEntry } from './publish-entry.tsx'

/** Whom this node advises against, for everybody to read. */
export function OwnListCard() {
  const { t } = useTranslation()
  const query = useQuery(blacklistQuery)
  const [isPublishing, setPublishing] = useState(false)
  return (
    <Card
      title={t('lists.own')}
      aside={
        <Button size="small" onClick={() => setPublishing(true)}>
          {t('lists.publish')}
        </Button>
      }
    >
      <p className="mb-3 text-muted">{t('lists.ownAbout')}</p>
      <QueryView query={query} lines={3}>
        {({ self }) => <OwnEntries self={self} />}
      </QueryView>
      {isPublishing && <PublishEntry onDone={() => setPublishing(false)} />}
    </Card>
  )
}

function OwnEntries({ self }: { self: string }) {
  const { t } = useTranslation()
  const query = useQuery(listQuery(self))
  const [open, setOpen] = useState<{ what: 'renew' | 'remove'; entry: Entry } | null>(null)
  const close = () => setOpen(null)
  return (
    <>
      <p className="mb-2 flex flex-wrap items-center gap-2 text-muted text-xs">
        {t('lists.followedBy')} <Address of={self} />
      </p>
      <QueryView query={query} lines={3}>
        {({ entries }) =>
          entries.length === 0 ? (
            <Empty icon={ListX} title={t('lists.ownNone')}>
              {t('lists.ownNoneAbout')}
            </Empty>
          ) : (
            <Entries
              entries={entries}
              actions={(entry) => (
                <div className="mt-2 flex flex-wrap gap-2">
                  <Button size="small" onClick={() => setOpen({ what: 'renew', entry })}>
                    {t('lists.renew')}
                  </Button>
                  <Button size="small" look="danger" onClick={() => setOpen({ what: 'remove', entry })}>
                    {t('lists.takeOff')}
                  </Button>
                </div>
              )}
            />
          )
        }
      </QueryView>
      {open?.what === 'renew' && <PublishEntry renewed={open.entry} onDone={close} />}
      {open?.what === 'remove' && (
        <ActModal
          title={t('lists.takeOff')}
          about={t('lists.takeOffAbout')}
          prepare={() => ({ act: 'delist', kind: open.entry.kind, subject: open.entry.subject })}
          onDone={close}
        />
      )}
    </>
  )
}
