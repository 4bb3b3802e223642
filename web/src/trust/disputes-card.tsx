import type { DisputesView } from '@golem/api'
import { useQuery } from '@tanstack/react-query'
import { Gavel, Scale } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { ActModal } from '../act/act-modal.tsx'
import { disputesQuery } from '../api/queries.ts'
import { glm } from '../format/amounts.ts'
import { dateTime } from '../format/quantities.ts'
import { Address } from '../ui/address.tsx'
import { Badge } from '../ui/badge.tsx'
import { Button } from '../ui/button.tsx'
import { Card } from '../ui/card.tsx'
import { Empty } from '../ui/empty.tsx'
import { Meter } from '../ui/meter.tsx'
import { Notice } from '../ui/notice.tsx'
import { QueryView } from '../ui/query-view.tsx'
import { loserOf } from './loser-of.ts'
import { OpenDispute } from './open-dispute.tsx'

type Dispute = DisputesView['disputes'][number]
const TONES = { acquitted: 'good', convicted: 'bad', silent: 'plain' } as const

/** Who accuses whom before a panel, and how it stands. */
export function DisputesCard() {
  const { t } = useTranslation()
  const query = useQuery(disputesQuery)
  const [isOpening, setOpening] = useState(false)
  return (
    <Card
      title={t('dispute.title')}
      aside={
        <Button size="small" onClick={() => setOpening(true)}>
          <Gavel aria-hidden className="size-4" />
          {t('dispute.open')}
        </Button>
      }
    >
      <Notice title={t('dispute.itself')}>{t('dispute.itselfAbout')}</Notice>
      <QueryView query={query} lines={5}>
        {({ disputes, self }) =>
          disputes.length === 0 ? (
            <Empty icon={Scale} title={t('dispute.none')}>
              {t('dispute.noneAbout')}
            </Empty>
          ) : (
            <ul className="mt-2 divide-y">
              {disputes.map((dispute) => (
                <DisputeRow key={dispute.id} dispute={dispute} self={self} />
              ))}
            </ul>
          )
        }
      </QueryView>
      {isOpening && <OpenDispute onDone={() => setOpening(false)} />}
    </Card>
  )
}

function DisputeRow({ dispute, self }: { dispute: Dispute; self: string }) {
  const { t, i18n } = useTranslation()
  const [isAppealing, setAppealing] = useState(false)
  const { id, accuser, accused, panel, phase, untilS, verdict, seats, convicting, acquitting } = dispute
  const claim = dispute.evidence.split(' ')[0]
  const who = (address: string) =>
    address === self ? <span className="font-medium">{t('dispute.you')}</span> : <Address of={address} />
  return (
    <li className="grid gap-2 py-3" data-testid="dispute">
      <p className="flex flex-wrap items-center gap-x-2 gap-y-1">
        <span className="text-muted tabular-nums">{t('dispute.number', { id })}</span>
        {who(accuser)} <span className="text-muted">{t('dispute.against')}</span> {who(accused)}
        {dispute.isJuror && <Badge tone="accent">{t('dispute.juror')}</Badge>}
        <span className="ml-auto">
          <Badge tone={verdict === null ? 'warn' : TONES[verdict]}>
            {verdict === null ? t(`dispute.phases.${phase}`) : t(`dispute.verdicts.${verdict}`)}
          </Badge>
        </span>
      </p>
      <Meter label={t('dispute.votes')} value={convicting + acquitting} max={seats} />
      <p className="text-muted text-xs">
        {[
          t('dispute.panel', { panel, seats }),
          t('dispute.counted', { convicting, acquitting }),
          t('dispute.money', { stake: glm(dispute.amountWei), bonds: glm(dispute.bondsWei) }),
          ...(untilS === null || verdict !== null
            ? []
            : [t('dispute.until', { time: dateTime(untilS * 1_000, i18n.language) })]),
        ].join(' · ')}
      </p>
      <p className="break-all text-muted text-xs">
        {t('dispute.claim')}: <code className="font-mono">{claim}</code>
      </p>
      {phase === 'appealing' && loserOf(dispute) === self && (
        <Notice
          tone="warn"
          title={t('dispute.losing')}
          action={
            <Button size="small" onClick={() => setAppealing(true)}>
              {t('dispute.appeal')}
            </Button>
          }
        />
      )}
      {isAppealing && (
        <ActModal
          title={t('dispute.appeal')}
          about={t('dispute.appealAbout')}
          prepare={() => ({ act: 'appeal-verdict', id })}
          onDone={() => setAppealing(false)}
        />
      )}
    </li>
  )
}
