import type { ListView } from '@golem/api'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { ContentLink } from '../content/content-link.tsx'
import { dateTime } from '../format/quantities.ts'
import { Address } from '../ui/address.tsx'
import { Badge } from '../ui/badge.tsx'

export type Entry = ListView['entries'][number]

type Props = {
  entries: readonly Entry[]
  /** What there is to do with one. */
  actions?: (entry: Entry) => ReactNode
}

/** Who is named, since when, and by what evidence. */
export function Entries({ entries, actions }: Props) {
  const { t, i18n } = useTranslation()
  return (
    <ul className="mt-2 space-y-2">
      {entries.map((entry) => (
        <li
          key={`${entry.kind}/${entry.subject}`}
          className="rounded-lg bg-raised p-2.5 text-[13px]"
          data-testid="entry"
        >
          <div className="flex flex-wrap items-center gap-2">
            <Badge tone={entry.isExpired ? 'plain' : 'bad'}>{t(`lists.kinds.${entry.kind}`)}</Badge>
            <Address of={entry.subject} />
            {entry.isExpired && <Badge>{t('lists.expired')}</Badge>}
          </div>
          <p className="mt-1 text-muted text-xs">
            {t('lists.since', {
              from: dateTime(entry.listedAtS * 1_000, i18n.language),
              until: dateTime(entry.expiresAtS * 1_000, i18n.language),
            })}
          </p>
          <p className="mt-1 break-all text-xs">
            {t('lists.evidence')}: <ContentLink cid={entry.evidence} title={t('lists.evidence')} />
          </p>
          {entry.appeal !== null && (
            <p className="mt-1 break-all text-xs">
              {t('lists.appeal')}: <ContentLink cid={entry.appeal} title={t('lists.appeal')} />
            </p>
          )}
          {actions?.(entry)}
        </li>
      ))}
    </ul>
  )
}
