import type { DisputesView } from '@golem/api'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { disputesQuery, walletQuery } from '../api/queries.ts'
import { glm } from '../format/amounts.ts'
import { dateTime } from '../format/quantities.ts'
import { Badge } from '../ui/badge.tsx'
import { Button } from '../ui/button.tsx'
import { Card } from '../ui/card.tsx'
import { Notice } from '../ui/notice.tsx'
import { QueryView } from '../ui/query-view.tsx'
import { Stat } from '../ui/stat.tsx'
import { type StakeAct, stakeActs } from './stake-acts.ts'
import { StakeDialog } from './stake-dialog.tsx'

/** What this node would lose by being wrong, and what that opens to it. */
export function StakeCard() {
  const { t } = useTranslation()
  const query = useQuery(disputesQuery)
  return (
    <Card title={t('stake.title')}>
      <QueryView query={query} lines={6}>
        {(view) => <Stake view={view} />}
      </QueryView>
    </Card>
  )
}

function Stake({ view }: { view: DisputesView }) {
  const { t, i18n } = useTranslation()
  const wallet = useQuery(walletQuery)
  const [act, setAct] = useState<StakeAct | null>(null)
  const { stake, weightWei, allWei } = view
  const { can, why } = stakeActs(view, Date.now() / 1_000)
  const serves = weightWei !== '0'
  return (
    <div className="grid gap-5">
      <dl className="grid grid-cols-2 gap-4 sm:grid-cols-4">
        <Stat label={t('stake.total')} value={<span data-testid="staked">{glm(stake.totalWei)}</span>} />
        <Stat label={t('stake.aged')} value={glm(stake.agedWei)} about={t('stake.agedAbout')} />
        <Stat
          label={t('stake.leaving')}
          value={stake.exitsAtS === null ? '—' : glm(stake.totalWei)}
          about={stake.exitsAtS !== null && t('stake.from', { time: dateTime(stake.exitsAtS * 1_000, i18n.language) })}
        />
        <Stat
          label={t('stake.panels')}
          value={<Badge tone={serves ? 'good' : 'plain'}>{t(serves ? 'stake.drawn' : 'stake.notDrawn')}</Badge>}
          about={serves && t('stake.weight', { own: glm(weightWei), all: glm(allWei) })}
        />
      </dl>
      <div className="flex flex-wrap gap-2">
        {can.map((name) => (
          <Button
            key={name}
            look={name === 'stake' ? 'primary' : 'plain'}
            onClick={() => setAct(name)}
            disabled={name === 'stake' && wallet.data === undefined}
          >
            {t(`stake.acts.${name}`)}
          </Button>
        ))}
      </div>
      {why !== null && <p className="text-muted text-xs">{t(`stake.why.${why}`)}</p>}
      <Notice title={t('stake.whatFor')}>
        <ul className="list-inside list-disc space-y-1">
          {(['accused', 'trusted', 'audits', 'serves'] as const).map((name) => (
            <li key={name}>{t(`stake.means.${name}`)}</li>
          ))}
        </ul>
      </Notice>
      {act !== null && (
        <StakeDialog name={act} walletWei={wallet.data?.walletWei ?? null} onDone={() => setAct(null)} />
      )}
    </div>
  )
}
