import { useQuery } from '@tanstack/react-query'
import { lazy, Suspense, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { earningsQuery, walletQuery } from '../api/queries.ts'
import { glm } from '../format/amounts.ts'
import { percent } from '../format/quantities.ts'
import { Card } from '../ui/card.tsx'
import { Loading } from '../ui/loading.tsx'
import { QueryView } from '../ui/query-view.tsx'
import { Segmented } from '../ui/segmented.tsx'
import { Stat } from '../ui/stat.tsx'
import { barsOf, earnedSince, type Span } from './earnings-bars.ts'

const BarsChart = lazy(() => import('../ui/bars-chart.tsx').then(({ BarsChart }) => ({ default: BarsChart })))

/** What lending brought, and when. */
export function EarningsCard() {
  const { t, i18n } = useTranslation()
  const query = useQuery(earningsQuery)
  const wallet = useQuery(walletQuery)
  const [span, setSpan] = useState<Span>('day')
  return (
    <Card
      title={t('lending.earnings')}
      aside={
        <Segmented
          label={t('lending.span')}
          hideLabel
          value={span}
          options={(['day', 'week', 'month', 'all'] as const).map((value) => ({
            value,
            label: t(`lending.spans.${value}`),
          }))}
          onValue={setSpan}
        />
      }
    >
      <QueryView query={query} lines={5}>
        {({ earnedWei, accepted, rejected, score, hours }) => (
          <>
            <dl className="grid grid-cols-2 gap-4">
              <Stat label={t('lending.today')} value={glm(earnedSince(hours, 'day', Date.now()))} />
              <Stat label={t('lending.thisWeek')} value={glm(earnedSince(hours, 'week', Date.now()))} />
              <Stat label={t('lending.inAll')} value={<span data-testid="earned">{glm(earnedWei)}</span>} />
              <Stat label={t('lending.owed')} value={wallet.data ? glm(wallet.data.owedToMeWei) : '—'} />
              <Stat
                label={t('lending.successRate')}
                value={accepted + rejected === 0 ? '—' : percent(accepted / (accepted + rejected), i18n.language)}
                about={t('lending.successAbout', { accepted, rejected })}
              />
              <Stat
                label={t('lending.reputation')}
                value={percent(score, i18n.language)}
                about={t('lending.reputationAbout')}
              />
            </dl>
            <div className="mt-4 h-44">
              <Suspense fallback={<Loading lines={5} />}>
                <BarsChart
                  label={t('lending.earnings')}
                  unit="GLM"
                  bars={barsOf(hours, span, Date.now(), i18n.language)}
                />
              </Suspense>
            </div>
          </>
        )}
      </QueryView>
    </Card>
  )
}
