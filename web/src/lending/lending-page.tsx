import type { LendingView } from '@golem/api'
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { lendingQuery } from '../api/queries.ts'
import { ListsCard } from '../lists/lists-card.tsx'
import { PageTitle } from '../ui/page-title.tsx'
import { QueryView } from '../ui/query-view.tsx'
import { EarningsCard } from './earnings-card.tsx'
import { FirstVisit } from './first-visit.tsx'
import { LendingNow } from './lending-now.tsx'
import { MachineCard } from './machine-card.tsx'
import { PolicyCard } from './policy-card.tsx'
import { ScheduleCard, SettingsCard } from './settings-cards.tsx'

/** Lending this machine: three questions at first, and then all there is to see and to say of it. */
export function LendingPage() {
  const { t } = useTranslation()
  const query = useQuery(lendingQuery)
  return (
    <>
      <PageTitle title={t('shell.lending')} about={t('lending.about')} />
      <QueryView query={query} lines={8}>
        {(view) => (view.now === null ? <FirstVisit view={view} /> : <Lends view={view} />)}
      </QueryView>
    </>
  )
}

/** Cards of many heights, in as many columns as there is room for. */
function Lends({ view }: { view: LendingView }) {
  return (
    <div className="columns-1 gap-5 lg:columns-2 2xl:columns-3 [&>*]:mb-5 [&>*]:break-inside-avoid">
      <LendingNow view={view} />
      <EarningsCard />
      <ScheduleCard view={view} />
      <SettingsCard view={view} />
      <MachineCard view={view} />
      <PolicyCard />
      <ListsCard />
    </div>
  )
}
