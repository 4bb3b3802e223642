import type { Prices } from '@golem/api'
import type { UseQueryResult } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { glm } from '../format/amounts.ts'
import { ProblemNotice } from '../ui/problem-notice.tsx'

/** What others ask at present; until they have answered, that they are asked, and where that fails, why. */
export function PriceHint({ prices: { data, error, refetch } }: { prices: UseQueryResult<Prices> }) {
  const { t } = useTranslation()
  if (data === undefined && error !== null)
    return <ProblemNotice tone="warn" error={error} retry={() => void refetch()} />
  return (
    <p aria-live="polite" className="text-muted text-xs">
      {data === undefined
        ? t('network.asking')
        : data.expectedWei === null
          ? t('lending.noPrices')
          : t('lending.suggested', { price: glm(data.expectedWei), count: data.offers })}
    </p>
  )
}
